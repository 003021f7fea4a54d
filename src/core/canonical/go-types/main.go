// Prints the table ../go-types.json: how Go holds and writes each field that a revision of a LeaderWorkerSet can have.
package main

import (
	"encoding/json"
	"log"
	"os"
	"reflect"
	"slices"
	"strings"

	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
)

// LeaderWorkerTemplate has the JSON fields of the type of that name in leaderworkerset.x-k8s.io/v1.
type LeaderWorkerTemplate struct {
	LeaderTemplate *core.PodTemplateSpec                                 `json:"leaderTemplate,omitempty"`
	WorkerTemplate core.PodTemplateSpec                                  `json:"workerTemplate"`
	Size           *int32                                                `json:"size,omitempty"`
	RestartPolicy  string                                                `json:"restartPolicy,omitempty"`
	SubGroupPolicy *SubGroupPolicy                                       `json:"subGroupPolicy,omitempty"`
	Claims         []core.PersistentVolumeClaim                          `json:"volumeClaimTemplates,omitempty"`
	Retention      *apps.StatefulSetPersistentVolumeClaimRetentionPolicy `json:"persistentVolumeClaimRetentionPolicy,omitempty"`
}

// SubGroupPolicy likewise.
type SubGroupPolicy struct {
	Type *string `json:"subGroupPolicyType,omitempty"`
	Size *int32  `json:"subGroupSize,omitempty"`
}

// NetworkConfig likewise.
type NetworkConfig struct {
	SubdomainPolicy *string `json:"subdomainPolicy"`
}

type table map[string]map[string]string

// Structs that write themselves as something else.
var scalars = map[string]string{
	"resource.Quantity":  "quantity",
	"intstr.IntOrString": "intOrString",
	"v1.Time":            "time",
	"v1.FieldsV1":        "raw",
}

// code names a type; a struct is added to the table.
func (t table) code(of reflect.Type) string {
	if scalar, ok := scalars[of.String()]; ok {
		return scalar
	}
	switch of.Kind() {
	case reflect.Pointer:
		return "*" + t.code(of.Elem())
	case reflect.Slice:
		return "[]" + t.code(of.Elem())
	case reflect.Map:
		return "map[string]" + t.code(of.Elem())
	case reflect.Struct:
		if t[of.Name()] == nil {
			t[of.Name()] = map[string]string{}
			t.addFields(of, t[of.Name()])
		}
		return of.Name()
	default:
		return of.Kind().String()
	}
}

// addFields writes a question mark for omitempty, two for omitzero; embedded structs count as their fields.
func (t table) addFields(of reflect.Type, fields map[string]string) {
	for i := range of.NumField() {
		field := of.Field(i)
		tag := strings.Split(field.Tag.Get("json"), ",")
		switch name, options := tag[0], tag[1:]; {
		case name == "":
			t.addFields(field.Type, fields)
		case slices.Contains(options, "omitzero"):
			fields[name] = t.code(field.Type) + "??"
		case slices.Contains(options, "omitempty"):
			fields[name] = t.code(field.Type) + "?"
		default:
			fields[name] = t.code(field.Type)
		}
	}
}

func main() {
	types := table{}
	types.code(reflect.TypeFor[LeaderWorkerTemplate]())
	types.code(reflect.TypeFor[NetworkConfig]())
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	if err := out.Encode(types); err != nil {
		log.Fatal(err)
	}
}
