{{- define "lws.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "lws.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "lws.selectorLabels" -}}
app.kubernetes.io/name: {{ include "lws.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "lws.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{ include "lws.selectorLabels" . }}
{{- end }}

{{- define "lws.podLabels" -}}
control-plane: controller-manager
{{ include "lws.selectorLabels" . }}
{{- end }}

{{- define "lws.serviceAccount" -}}
- kind: ServiceAccount
  name: {{ include "lws.fullname" . }}-controller-manager
  namespace: {{ .Release.Namespace }}
{{- end }}

{{- define "lws.metricsService" -}}
{{ include "lws.fullname" . }}-controller-manager-metrics-service
{{- end }}
