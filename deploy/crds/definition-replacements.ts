import type { StructuralSchema } from './structural-schema.ts';

const quantityPattern =
  '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$';

const intOrString: StructuralSchema = {
  anyOf: [{ type: 'integer' }, { type: 'string' }],
  'x-kubernetes-int-or-string': true,
};

/** Schemas by the name of a definition whose OpenAPI form is not structural, or of which an embedded object has only a part. */
export const definitionReplacements: ReadonlyMap<string, StructuralSchema> = new Map([
  ['io.k8s.apimachinery.pkg.util.intstr.IntOrString', intOrString],
  ['io.k8s.apimachinery.pkg.api.resource.Quantity', { ...intOrString, pattern: quantityPattern }],
  [
    'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta',
    {
      type: 'object',
      properties: {
        annotations: { type: 'object', additionalProperties: { type: 'string' } },
        finalizers: { type: 'array', items: { type: 'string' } },
        labels: { type: 'object', additionalProperties: { type: 'string' } },
        name: { type: 'string' },
        namespace: { type: 'string' },
      },
    },
  ],
]);
