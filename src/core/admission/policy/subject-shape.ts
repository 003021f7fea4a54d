import type { SchemaField } from '../../preview/schema-fields.ts';
import { schemaFields } from '../../preview/schema-fields.ts';

/** What may stand at a place of the subject: certain fields, a list, a map with keys of the user's, or undefined for anything else. */
export type SubjectShape =
  | { readonly kind: 'fields'; readonly names: readonly string[]; readonly field: (name: string) => SubjectShape }
  | { readonly kind: 'list' | 'map'; readonly of: SubjectShape }
  | undefined;

const fields = (shapes: Readonly<Record<string, SubjectShape>>): SubjectShape => ({
  kind: 'fields',
  names: Object.keys(shapes),
  field: (name) => (Object.hasOwn(shapes, name) ? shapes[name] : undefined),
});

const ofField = ({ kind, of }: Pick<SchemaField, 'kind' | 'of'>): SubjectShape => {
  if (kind === 'list' || kind === 'map') return { kind, of: ofType(of) };
  return ofType(of);
};

/** Asked for only when a schema goes there: types of a pod may contain each other. */
const ofType = (type: string): SubjectShape => {
  const known = schemaFields(type);
  if (known === undefined) return undefined;
  return {
    kind: 'fields',
    names: known.map(({ name }) => name),
    field: (name) => {
      const field = known.find((candidate) => candidate.name === name);
      return field === undefined ? undefined : ofField(field);
    },
  };
};

const MAP: SubjectShape = { kind: 'map', of: undefined };

/** The shape of what policies are evaluated over. */
export const SUBJECT_SHAPE: SubjectShape = fields({
  name: undefined,
  namespace: undefined,
  labels: MAP,
  annotations: MAP,
  spec: ofType('LeaderWorkerSetSpec'),
  derived: fields({
    operation: undefined,
    isUpdate: undefined,
    changedPaths: { kind: 'list', of: undefined },
    groups: undefined,
    pods: undefined,
    maxPods: undefined,
    maxSurge: undefined,
    maxUnavailable: undefined,
    requests: fields({ perGroup: MAP, total: MAP, maxTotal: MAP }),
    images: {
      kind: 'list',
      of: fields({
        template: undefined,
        container: undefined,
        image: undefined,
        registry: undefined,
        repository: undefined,
        tag: undefined,
        digest: undefined,
      }),
    },
  }),
});

/** The shape of what a schema inside another one is about; undefined when anything may stand there. */
export const childShape = (shape: SubjectShape, keyword: string, key: string | number | undefined): SubjectShape => {
  switch (keyword) {
    case 'properties':
      if (shape?.kind === 'fields') return shape.field(String(key));
      return shape?.kind === 'map' ? shape.of : undefined;
    case 'items':
    case 'prefixItems':
    case 'contains':
      return shape?.kind === 'list' ? shape.of : undefined;
    case 'additionalProperties':
    case 'patternProperties':
      return shape?.kind === 'map' ? shape.of : undefined;
    case 'propertyNames':
    case '$defs':
      return undefined;
    default:
      return shape;
  }
};
