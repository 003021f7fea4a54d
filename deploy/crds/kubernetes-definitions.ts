/** A schema as the API server's OpenAPI v3 document writes it; other keywords exist and are of no use to a CRD. */
export type OpenAPISchema = {
  $ref?: string;
  allOf?: OpenAPISchema[];
  type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  format?: string;
  default?: unknown;
  required?: string[];
  properties?: Record<string, OpenAPISchema>;
  additionalProperties?: OpenAPISchema;
  items?: OpenAPISchema;
  'x-kubernetes-list-type'?: string;
  'x-kubernetes-list-map-keys'?: string[];
  'x-kubernetes-map-type'?: string;
};

/** Schemas by the full name of their Go type, such as `io.k8s.api.core.v1.PodSpec`. */
export type KubernetesDefinitions = ReadonlyMap<string, OpenAPISchema>;

/** The type that leader and worker templates embed. */
export const podTemplateSpec = 'io.k8s.api.core.v1.PodTemplateSpec';
/** The type that volume claim templates embed. */
export const persistentVolumeClaim = 'io.k8s.api.core.v1.PersistentVolumeClaim';

/** Returns the name of the definition a schema points to, directly or as the only member of `allOf`, if it does. */
export const referencedDefinition = (schema: OpenAPISchema): string | undefined =>
  (schema.$ref ?? schema.allOf?.[0]?.$ref)?.split('/').at(-1);
