import { definitionReplacements } from './definition-replacements.ts';
import { persistentVolumeClaim, podTemplateSpec, referencedDefinition } from './kubernetes-definitions.ts';
import type { KubernetesDefinitions, OpenAPISchema } from './kubernetes-definitions.ts';

const roots = [podTemplateSpec, persistentVolumeClaim];

const byName = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);

/**
 * Returns, out of all definitions of an OpenAPI document, those that the CRD embeds, with the keywords it needs.
 * Names and keywords come in a fixed order, so that the same Kubernetes version always gives the same result.
 */
export const reduceDefinitions = (all: Readonly<Record<string, OpenAPISchema>>): KubernetesDefinitions => {
  const reached = new Map<string, OpenAPISchema>();
  const reach = (name: string): void => {
    if (definitionReplacements.has(name) || reached.has(name)) return;
    const definition = all[name];
    if (definition === undefined) throw new Error(`the OpenAPI document does not define ${name}`);
    reached.set(name, reduceSchema(definition));
    referencesIn(definition).forEach(reach);
  };
  roots.forEach(reach);
  return new Map([...reached].toSorted(byName));
};

const referencesIn = (schema: OpenAPISchema): string[] => {
  const { properties, items, additionalProperties } = schema;
  const children = [...Object.values(properties ?? {}), items, additionalProperties];
  const reference = referencedDefinition(schema);
  return reference === undefined ? children.filter((child) => child !== undefined).flatMap(referencesIn) : [reference];
};

const keptKeywords = [
  'type',
  'format',
  'default',
  'required',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-map-type',
] as const;

const reduceSchema = (schema: OpenAPISchema): OpenAPISchema => {
  const reference = referencedDefinition(schema);
  // What stands beside a reference is a description or the default `{}`, and neither is part of the CRD.
  if (reference !== undefined) return { $ref: `#/components/schemas/${reference}` };
  const { properties, items, additionalProperties } = schema;
  const kept = keptKeywords.filter((keyword) => schema[keyword] !== undefined);
  return {
    ...Object.fromEntries(kept.map((keyword) => [keyword, schema[keyword]])),
    ...(properties && { properties: reduceProperties(properties) }),
    ...(items && { items: reduceSchema(items) }),
    ...(additionalProperties && { additionalProperties: reduceSchema(additionalProperties) }),
  };
};

const reduceProperties = (properties: Record<string, OpenAPISchema>): Record<string, OpenAPISchema> =>
  Object.fromEntries(
    Object.entries(properties)
      .toSorted(byName)
      .map(([field, schema]): [string, OpenAPISchema] => [field, reduceSchema(schema)]),
  );
