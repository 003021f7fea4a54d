import t from 'tap';
import { readDefinitions } from '../../../deploy/crds/definitions-file.ts';
import { leaderWorkerSetSchema } from '../../../deploy/crds/leader-worker-set-schema.ts';
import type { StructuralSchema } from '../../../deploy/crds/structural-schema.ts';
import type { Json, JsonObject } from '../../../src/core/canonical/json.ts';
import { applyDefaults } from '../../../src/core/preview/apply-defaults.ts';
import { checkSchema } from '../../../src/core/preview/check-schema.ts';
import { dropNulls } from '../../../src/core/preview/drop-nulls.ts';
import { schemaFields } from '../../../src/core/preview/schema-fields.ts';
import { STRUCTURAL_DEFAULTS } from '../../../src/core/preview/structural-defaults.ts';
import type { Default } from '../../../src/core/preview/structural-defaults.ts';

const CRD = leaderWorkerSetSchema(readDefinitions());

type DefaultAt = readonly [path: string, value: unknown];

const schemaDefaults = (schema: StructuralSchema, path: string): DefaultAt[] => [
  ...(schema.default === undefined ? [] : [[path, schema.default] as const]),
  ...Object.entries(schema.properties ?? {}).flatMap(([name, member]) => schemaDefaults(member, `${path}.${name}`)),
  ...(schema.items === undefined ? [] : schemaDefaults(schema.items, `${path}[]`)),
];

const tableDefaults = (defaults: Default, path: string): DefaultAt[] => {
  if (typeof defaults !== 'object') return [[path, defaults]];
  return Object.entries(defaults).flatMap(([name, member]) =>
    tableDefaults(member, Array.isArray(defaults) ? `${path}[]` : `${path}.${name}`),
  );
};

void t.test("the table of structural defaults has the CRD's defaults, and no other", (t) => {
  t.same(new Map(tableDefaults(STRUCTURAL_DEFAULTS, '')), new Map(schemaDefaults(CRD, '')));
  t.end();
});

const JSON_TYPES: Readonly<Record<string, string>> = {
  string: 'string',
  time: 'string',
  bool: 'boolean',
  int32: 'integer int32',
  int64: 'integer int64',
};

const typeOf = (schema: StructuralSchema): string | undefined => {
  if (schema['x-kubernetes-int-or-string'] === true) return schema.pattern === undefined ? 'intOrString' : 'quantity';
  return [schema.type, ...(schema.format?.startsWith('int') ? [schema.format] : [])].join(' ');
};

const compareField = (schema: StructuralSchema, path: string, required: boolean) => ({
  path,
  required,
  values: schema.enum,
  listKeys: schema['x-kubernetes-list-map-keys'],
});

/** Every field of the schema beside what the product takes it for. */
const compare = (schema: StructuralSchema, type: string, path: string): (readonly [unknown, unknown])[] => {
  const fields = schemaFields(type);
  if (fields === undefined) return [[`${path} ${typeOf(schema)}`, `${path} ${JSON_TYPES[type] ?? type}`]];
  const properties = Object.entries(schema.properties ?? {});
  return [
    [properties.map(([name]) => name).toSorted(), fields.map(({ name }) => name).toSorted()],
    ...properties.flatMap(([name, member]) => {
      const field = fields.find((candidate) => candidate.name === name);
      const at = `${path}.${name}`;
      const inner = member.items ?? member.additionalProperties ?? member;
      return [
        [
          compareField(member, at, schema.required?.includes(name) ?? false),
          { path: at, required: field?.isRequired, values: field?.values, listKeys: field?.listKeys },
        ] as const,
        ...compare(inner, field?.of ?? '', at),
      ];
    }),
  ];
};

void t.test('the check of a set knows the fields, types, requirements, values and keys of the CRD', (t) => {
  const spec = CRD.properties?.['spec'];
  const compared = spec === undefined ? [] : compare(spec, 'LeaderWorkerSetSpec', 'spec');
  t.ok(compared.length > 1000);
  t.same(
    compared.map(([, taken]) => taken),
    compared.map(([declared]) => declared),
  );
  t.end();
});

const DEFAULTED: readonly { readonly name: string; readonly spec: JsonObject; readonly expected: JsonObject }[] = [
  {
    name: 'fills in what is absent at the top, and nothing into absent parents',
    spec: { leaderWorkerTemplate: { workerTemplate: {} } },
    expected: {
      leaderWorkerTemplate: { restartPolicy: 'RecreateGroupOnPodRestart', size: 1, workerTemplate: {} },
      replicas: 1,
      startupPolicy: 'LeaderCreated',
    },
  },
  {
    name: 'takes null for absent where there is a default, and keeps what is given, zero too',
    spec: {
      replicas: 0,
      startupPolicy: null,
      rolloutStrategy: {},
      leaderWorkerTemplate: { size: 3, restartPolicy: '' },
    },
    expected: {
      replicas: 0,
      startupPolicy: 'LeaderCreated',
      rolloutStrategy: { type: 'RollingUpdate' },
      leaderWorkerTemplate: { size: 3, restartPolicy: '' },
    },
  },
  {
    name: 'reaches the items of lists, and passes over items of a wrong type',
    spec: {
      replicas: 1,
      startupPolicy: 'LeaderReady',
      leaderWorkerTemplate: {
        size: 1,
        restartPolicy: 'None',
        workerTemplate: { spec: { containers: [{ ports: [{ containerPort: 1 }, 2] }, null], volumes: {} } },
      },
    },
    expected: {
      replicas: 1,
      startupPolicy: 'LeaderReady',
      leaderWorkerTemplate: {
        size: 1,
        restartPolicy: 'None',
        workerTemplate: {
          spec: { containers: [{ ports: [{ containerPort: 1, protocol: 'TCP' }, 2] }, null], volumes: {} },
        },
      },
    },
  },
];

for (const { name, spec, expected } of DEFAULTED)
  void t.test(name, (t) => {
    t.same(applyDefaults({ spec }, STRUCTURAL_DEFAULTS), { spec: expected });
    t.end();
  });

void t.test('drops null fields at any depth, but no null items', (t) => {
  t.same(dropNulls({ a: null, b: { c: null, d: [null, { e: null }] } }), { b: { d: [null, {}] } });
  t.end();
});

const AT = 'spec.leaderWorkerTemplate.workerTemplate';

const CHECKED: readonly { readonly name: string; readonly pod: Json; readonly errors: readonly string[] }[] = [
  { name: 'has nothing to say about a container', pod: { containers: [{ name: 'a' }] }, errors: [] },
  { name: 'misses containers', pod: {}, errors: [`${AT}.spec.containers: Required value`] },
  {
    name: 'finds a list where an object belongs',
    pod: [],
    errors: [`${AT}.spec: Invalid value: "array": ${AT}.spec in body must be of type object: "array"`],
  },
  {
    name: 'finds an object where a list belongs',
    pod: { containers: {} },
    errors: [
      `${AT}.spec.containers: Invalid value: "object": ${AT}.spec.containers in body must be of type array: "object"`,
    ],
  },
  {
    name: 'finds a null item',
    pod: { containers: [null] },
    errors: [
      `${AT}.spec.containers[0]: Invalid value: "null": ${AT}.spec.containers[0] in body must be of type object: "null"`,
    ],
  },
  {
    name: 'finds wrong scalars',
    pod: { containers: [], hostNetwork: 'yes', nodeSelector: { a: 1 }, priority: 2 ** 31 },
    errors: [
      `${AT}.spec.hostNetwork: Invalid value: "string": ${AT}.spec.hostNetwork in body must be of type boolean: "string"`,
      `${AT}.spec.nodeSelector.a: Invalid value: "integer": ${AT}.spec.nodeSelector.a in body must be of type string: "integer"`,
      `${AT}.spec.priority: Invalid value: 2147483648: must fit into 32 bits`,
    ],
  },
  {
    name: 'finds what is no quantity',
    pod: { containers: [], overhead: { cpu: 1, memory: '1x', disk: 1.5 } },
    errors: [
      `${AT}.spec.overhead.memory: Invalid value: "1x": must be a quantity such as 500m, 2 or 8Gi`,
      `${AT}.spec.overhead.disk: Invalid value: "number": ${AT}.spec.overhead.disk in body must be of type integer,string: "number"`,
    ],
  },
  {
    name: 'finds items that are there twice',
    pod: {
      containers: [
        {
          name: 'a',
          ports: [
            { containerPort: 1, protocol: 'TCP' },
            { containerPort: 1, protocol: 'UDP' },
            { containerPort: 1, protocol: 'TCP' },
          ],
        },
      ],
    },
    errors: [`${AT}.spec.containers[0].ports[2]: Duplicate value: {"containerPort":1,"protocol":"TCP"}`],
  },
];

for (const { name, pod, errors } of CHECKED)
  void t.test(`the schema ${name}`, (t) => {
    const verdict = checkSchema({ workerTemplate: { spec: pod } }, 'LeaderWorkerTemplate', 'spec.leaderWorkerTemplate');
    t.same(verdict.errors, errors);
    t.end();
  });

void t.test('the schema drops and names the fields that it does not know', (t) => {
  const spec = { replica: 1, replicas: 2, networkConfig: { subdomainPolicy: 'Shared', dns: 1 } };
  t.same(checkSchema({ ...spec, leaderWorkerTemplate: { workerTemplate: {} } }, 'LeaderWorkerSetSpec', 'spec'), {
    value: {
      replicas: 2,
      networkConfig: { subdomainPolicy: 'Shared' },
      leaderWorkerTemplate: { workerTemplate: {} },
    },
    errors: [],
    unknown: ['spec.replica', 'spec.networkConfig.dns'],
  });
  t.end();
});
