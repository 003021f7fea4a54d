import { definitionReplacements } from './definition-replacements.ts';
import { referencedDefinition } from './kubernetes-definitions.ts';
import type { KubernetesDefinitions, OpenAPISchema } from './kubernetes-definitions.ts';
import type { StructuralSchema } from './structural-schema.ts';

/**
 * Upstream: defaults declared in Go as a reference to a constant reach the OpenAPI document but not upstream's CRD,
 * where the field stays unset until a pod is created.
 */
const constantDefaults: ReadonlySet<string> = new Set([
  'io.k8s.api.core.v1.AzureDiskVolumeSource.cachingMode',
  'io.k8s.api.core.v1.AzureDiskVolumeSource.kind',
]);

/**
 * Upstream: these types inline a LocalObjectReference, an atomic map, and upstream's CRD passes that on to them;
 * the OpenAPI document does not.
 */
const inlineLocalObjectReference: ReadonlySet<string> = new Set([
  'io.k8s.api.core.v1.ConfigMapEnvSource',
  'io.k8s.api.core.v1.ConfigMapProjection',
  'io.k8s.api.core.v1.ConfigMapVolumeSource',
  'io.k8s.api.core.v1.SecretEnvSource',
  'io.k8s.api.core.v1.SecretProjection',
]);

/** Returns the named definition as one structural schema: references resolved, no descriptions, upstream's defaults. */
export const embedDefinition = (definitions: KubernetesDefinitions, name: string): StructuralSchema => {
  const replacement = definitionReplacements.get(name);
  if (replacement !== undefined) return replacement;
  const definition = definitions.get(name);
  if (definition === undefined) throw new Error(`no definition of ${name}`);
  const embedded = embedSchema(definitions, definition, name);
  return inlineLocalObjectReference.has(name) ? { ...embedded, 'x-kubernetes-map-type': 'atomic' } : embedded;
};

const embedSchema = (definitions: KubernetesDefinitions, schema: OpenAPISchema, owner: string): StructuralSchema => {
  const reference = referencedDefinition(schema);
  if (reference !== undefined) return embedDefinition(definitions, reference);
  const { type, format, properties, items, additionalProperties, required } = schema;
  const listType = schema['x-kubernetes-list-type'];
  const listMapKeys = schema['x-kubernetes-list-map-keys'];
  const mapType = schema['x-kubernetes-map-type'];
  return {
    ...(type && { type }),
    ...(format && { format }),
    ...(required && { required: required.toSorted() }),
    ...(properties && { properties: embedProperties(definitions, schema, owner) }),
    ...(items && { items: embedSchema(definitions, items, owner) }),
    ...(additionalProperties && { additionalProperties: embedSchema(definitions, additionalProperties, owner) }),
    ...(listType && { 'x-kubernetes-list-type': listType }),
    ...(listMapKeys && { 'x-kubernetes-list-map-keys': listMapKeys }),
    ...(mapType && { 'x-kubernetes-map-type': mapType }),
  };
};

const embedProperties = (
  definitions: KubernetesDefinitions,
  { properties = {}, required = [] }: OpenAPISchema,
  owner: string,
) =>
  Object.fromEntries(
    Object.entries(properties).map(([field, schema]): [string, StructuralSchema] => {
      const embedded = embedSchema(definitions, schema, owner);
      // A required field's default is Go's zero value, and so is `{}` for an object: neither is declared.
      const isDeclared =
        !required.includes(field) && schema.default !== undefined && typeof schema.default !== 'object';
      if (!isDeclared || constantDefaults.has(`${owner}.${field}`)) return [field, embedded];
      return [field, { ...embedded, default: schema.default }];
    }),
  );
