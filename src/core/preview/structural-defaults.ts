/** Defaults in the form of the object that gets them: a scalar is a default, an object describes a field, a list the items of one. */
export type Defaults = { readonly [field: string]: Default };
export type Default = string | number | boolean | Defaults | readonly [Defaults];

const REFERENCE = { name: '' };
const PROBE = { grpc: { service: '' } };

const CONTAINER = {
  env: [
    { valueFrom: { configMapKeyRef: REFERENCE, fileKeyRef: { optional: false }, secretKeyRef: REFERENCE } },
  ] as const,
  envFrom: [{ configMapRef: REFERENCE, secretRef: REFERENCE }] as const,
  livenessProbe: PROBE,
  ports: [{ protocol: 'TCP' }] as const,
  readinessProbe: PROBE,
  startupProbe: PROBE,
};

const VOLUME = {
  azureDisk: { fsType: 'ext4', readOnly: false },
  cephfs: { secretRef: REFERENCE },
  cinder: { secretRef: REFERENCE },
  configMap: REFERENCE,
  csi: { nodePublishSecretRef: REFERENCE },
  flexVolume: { secretRef: REFERENCE },
  iscsi: { iscsiInterface: 'default', secretRef: REFERENCE },
  projected: { sources: [{ configMap: REFERENCE, secret: REFERENCE }] as const },
  rbd: { keyring: '/etc/ceph/keyring', pool: 'rbd', secretRef: REFERENCE, user: 'admin' },
  scaleIO: { fsType: 'xfs', secretRef: REFERENCE, storageMode: 'ThinProvisioned' },
  storageos: { secretRef: REFERENCE },
};

const POD_TEMPLATE: Defaults = {
  spec: {
    containers: [CONTAINER],
    ephemeralContainers: [CONTAINER],
    imagePullSecrets: [REFERENCE],
    initContainers: [CONTAINER],
    volumes: [VOLUME],
  },
};

/** The defaults that the CRD's schema declares; the API server fills them in where the parent is present. */
export const STRUCTURAL_DEFAULTS: Defaults = {
  spec: {
    leaderWorkerTemplate: {
      leaderTemplate: POD_TEMPLATE,
      restartPolicy: 'RecreateGroupOnPodRestart',
      size: 1,
      subGroupPolicy: { subGroupPolicyType: 'LeaderWorker' },
      workerTemplate: POD_TEMPLATE,
    },
    replicas: 1,
    rolloutStrategy: {
      rollingUpdateConfiguration: { maxSurge: 0, maxUnavailable: 1, partition: 0 },
      type: 'RollingUpdate',
    },
    startupPolicy: 'LeaderCreated',
  },
};
