import { readFileSync, readdirSync } from 'node:fs';
import * as fc from 'fast-check';
import t from 'tap';
import { parse } from 'yaml';
import { compilePolicies } from '../../src/core/admission/policy/compile-policies.ts';
import { createSchemaCompiler } from '../../src/core/admission/policy/compile-schema.ts';
import { evaluatePolicies } from '../../src/core/admission/policy/evaluate-policies.ts';
import { findGlobProblem, matchesGlob } from '../../src/core/admission/policy/glob.ts';
import { createMeter } from '../../src/core/admission/policy/meter.ts';
import { parseImage } from '../../src/core/admission/policy/parse-image.ts';
import { policyOutcome } from '../../src/core/admission/policy/policy-outcome.ts';
import { policySubject } from '../../src/core/admission/policy/subject.ts';
import { sampleSet } from '../bench/sample-set.ts';
import type { Schema, SetOptions } from './fixtures/policies.ts';
import { compiled, derived, policy, set, surging, under } from './fixtures/policies.ts';

void t.test('a mistake in a policy is told with the policy and the path', (t) => {
  const cases: readonly { readonly name: string; readonly schema: unknown; readonly expected: string | RegExp }[] = [
    { name: 'an unknown keyword', schema: { minimun: 1 }, expected: 'schema.minimun: unknown keyword' },
    { name: 'a value of the wrong type', schema: { required: 'a' }, expected: 'schema.required: must be array' },
    { name: 'a type that does not exist', schema: { type: 'int' }, expected: /^schema\.type: must be equal to one of/ },
    { name: 'a number that is none', schema: { minimum: Infinity }, expected: 'schema.minimum: must be number' },
    { name: 'a list in place of a schema', schema: { not: [] }, expected: /^schema\.not: must be a schema/ },
    { name: 'else without if', schema: { else: {} }, expected: 'schema.else: has no effect without if' },
    {
      name: 'another dialect',
      schema: { $schema: 'http://json-schema.org/draft-07/schema#' },
      expected: /^schema\.\$schema: must be https/,
    },
    {
      name: 'a field that the subject does not have',
      schema: { properties: { label: {} } },
      expected: /^schema\.properties: there is no field "label" here, only name,/,
    },
    {
      name: 'a field that a container does not have',
      schema: {
        $defs: { pod: under('spec.containers.[]', { required: ['img'] }) },
        ...under('spec.leaderWorkerTemplate.workerTemplate', { $ref: '#/$defs/pod' }),
      },
      expected:
        /^schema\.\$defs\.pod\.properties\.spec\.properties\.containers\.items\.required: there is no field "img" here, only args,/,
    },
    {
      name: 'a broken pattern',
      schema: { properties: { name: { pattern: '(' } } },
      expected: /^schema\.properties\.name\.pattern: "\(" is no regular expression of RE2/,
    },
    {
      name: 'a pattern with a back-reference',
      schema: { patternProperties: { '(a)\\1': true } },
      expected: /^schema\.patternProperties: .* is no regular expression of RE2/,
    },
    {
      name: 'a pattern that is too large',
      schema: { properties: { name: { pattern: '(ab){1000}' } } },
      expected: /compiles to \d+ instructions, but at most 1000 are allowed$/,
    },
    {
      name: 'a reference to nothing',
      schema: { $ref: '#/$defs/a' },
      expected: /^schema\.\$ref: .* must be "#\/\$defs\/NAME"/,
    },
    { name: 'a reference to the whole', schema: { $ref: '#' }, expected: /^schema\.\$ref: "#" must be/ },
    {
      name: 'a definition that refers to itself',
      schema: { $defs: { a: { not: { $ref: '#/$defs/a' } } } },
      expected: 'schema.$defs.a.not.$ref: $defs.a refers to itself, so its evaluation need not end',
    },
    {
      name: 'definitions that refer to each other',
      schema: { $defs: { a: { items: { $ref: '#/$defs/b' } }, b: { items: { $ref: '#/$defs/a' } } } },
      expected: /refers to itself/,
    },
    {
      name: 'a keyword without a bound',
      schema: { uniqueItems: true },
      expected: /^schema\.uniqueItems: the keyword is not supported in policies: its cost/,
    },
    {
      name: 'a format, which nobody would check',
      schema: { properties: { name: { format: 'ipv4' } } },
      expected: /^schema\.properties\.name\.format: .* use pattern$/,
    },
    {
      name: 'definitions below the top',
      schema: { not: { $defs: {} } },
      expected: 'schema.not.$defs: must be at the top of the schema',
    },
  ];
  for (const { name, schema, expected } of cases) {
    const [first, ...others] = compilePolicies([policy(schema as Schema)]).problems ?? [];
    t.match(first, typeof expected === 'string' ? `policy p: ${expected}` : /^policy p: /, name);
    if (typeof expected !== 'string') t.match(first?.replace('policy p: ', ''), expected, name);
    t.ok(
      others.every((problem) => problem.startsWith('policy p: ')),
      `${name}: every sentence names the policy`,
    );
  }
  t.end();
});

void t.test('a schema that unfolds or nests without end is refused, not unfolded', (t) => {
  const chain = Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => {
      const next = { $ref: `#/$defs/a${index + 1}` };
      return [`a${index}`, index === 19 ? {} : { allOf: [next, next] }];
    }),
  );
  t.strictSame(compilePolicies([policy({ $defs: chain, $ref: '#/$defs/a0' })]), {
    problems: ['policy p: schema: holds more than 5000 schemas, each $ref counted as what it stands for'],
  });
  const deep = Array.from({ length: 10_000 }).reduce<Schema>((inner) => ({ not: inner }), {});
  t.strictSame(compilePolicies([policy(deep)]), {
    problems: ['policy p: schema: is nested more than 64 levels deep'],
  });
  t.end();
});

void t.test('all mistakes of all policies are told at once', (t) => {
  t.strictSame(
    compilePolicies([
      policy({}, { name: 'Bad Name' }),
      policy({}, { name: 'twice', match: { namespaces: ['prod_*', 'ok-?'] } }),
      policy({}, { name: 'twice', match: { namespaces: [], excludeNamespaces: [''] }, message: 'm'.repeat(201) }),
    ]),
    {
      problems: [
        'policy twice: name: 2 policies have this name',
        'policy Bad Name: name: must be at most 63 lower-case letters, digits and -, with a letter or digit first and last',
        'policy twice: match.namespaces[0]: "prod_*" must be a glob for names of namespaces: lower-case letters, digits, -, * and ?, but not "_"',
        'policy twice: match.namespaces: is empty, so the policy would match nothing',
        'policy twice: match.excludeNamespaces[0]: "" must not be empty',
        'policy twice: message: must have at most 200 characters',
      ],
    },
  );
  t.end();
});

void t.test('globs', (t) => {
  const cases: readonly (readonly [glob: string, name: string, expected: boolean])[] = [
    ['prod-*', 'prod-', true],
    ['prod-*', 'prod-a', true],
    ['prod-*', 'my-prod-a', false],
    ['prod-*', 'prod', false],
    ['*', '', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['*-eu-*', 'a-eu-eu-b', true],
    ['*-a*-b', 'x-aa-a-b', true],
    ['*-a*-b', 'x-aa-a-c', false],
  ];
  for (const [glob, name, expected] of cases) t.equal(matchesGlob(glob, name), expected, `${glob} and ${name}`);
  const letters = (...characters: string[]) =>
    fc.array(fc.constantFrom(...characters), { maxLength: 12 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(letters('a', 'b', '*', '?'), letters('a', 'b'), (glob, name) => {
      const expression = new RegExp(`^${glob.replaceAll(/\*+/g, '.*').replaceAll('?', '.')}$`);
      return (
        matchesGlob(glob, name) === expression.test(name) && (glob === '') === (findGlobProblem(glob) !== undefined)
      );
    }),
  );
  t.end();
});

void t.test('images in their parts', (t) => {
  const cases: readonly (readonly [
    image: string,
    registry: string,
    repository: string,
    tag: string,
    digest: string,
  ])[] = [
    ['nginx', 'docker.io', 'library/nginx', 'latest', ''],
    ['vllm/vllm-openai:v1', 'docker.io', 'vllm/vllm-openai', 'v1', ''],
    ['example.com/a/b/c:1.2', 'example.com', 'a/b/c', '1.2', ''],
    ['example.com:5000/a', 'example.com:5000', 'a', 'latest', ''],
    ['localhost/a:1', 'localhost', 'a', '1', ''],
    ['example.com/a@sha256:ab', 'example.com', 'a', '', 'sha256:ab'],
    ['example.com/a:1@sha256:ab', 'example.com', 'a', '1', 'sha256:ab'],
    ['', 'docker.io', 'library/', 'latest', ''],
  ];
  for (const [image, registry, repository, tag, digest] of cases)
    t.strictSame(parseImage(image), { registry, repository, tag, digest }, image);
  t.end();
});

void t.test('what a schema cannot compute is derived', (t) => {
  const gpus = { requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: '1', 'nvidia.com/gpu': 8 } };
  const subject = policySubject(
    set({
      replicas: 3,
      size: 4,
      container: { resources: gpus },
      leaderTemplate: {
        spec: {
          initContainers: [{ name: 'i', image: 'init' }],
          containers: [{ name: 'l', image: 'example.com/l:2', resources: { limits: { cpu: '2' } } }],
        },
      },
      spec: surging('50%', '40%'),
    }),
  );
  const part = { template: 'leaderTemplate', digest: '' };
  t.strictSame(subject, {
    name: 'x',
    namespace: 'prod-a',
    labels: {},
    annotations: {},
    spec: subject.spec,
    derived: {
      operation: 'CREATE',
      isUpdate: false,
      changedPaths: [],
      groups: 3,
      pods: 12,
      maxSurge: 2,
      maxUnavailable: 1,
      maxPods: 20,
      requests: {
        perGroup: { cpu: 3.5, memory: 3 * 2 ** 30, 'nvidia.com/gpu': 24 },
        total: { cpu: 10.5, memory: 9 * 2 ** 30, 'nvidia.com/gpu': 72 },
        maxTotal: { cpu: 17.5, memory: 15 * 2 ** 30, 'nvidia.com/gpu': 120 },
      },
      images: [
        { ...part, container: 'i', image: 'init', registry: 'docker.io', repository: 'library/init', tag: 'latest' },
        { ...part, container: 'l', image: 'example.com/l:2', registry: 'example.com', repository: 'l', tag: '2' },
        {
          ...part,
          template: 'workerTemplate',
          container: 'c',
          image: 'example.com/a:1',
          registry: 'example.com',
          repository: 'a',
          tag: '1',
        },
      ],
    },
  });

  const changed = policySubject(set({ replicas: 9, spec: { startupPolicy: 'LeaderReady' } }), set()).derived;
  t.strictSame(
    [changed.operation, changed.isUpdate, changed.changedPaths],
    ['UPDATE', true, ['spec.replicas', 'spec.startupPolicy']],
  );

  const older = {
    metadata: {},
    spec: { replicas: 2, leaderWorkerTemplate: { size: 4, workerTemplate: { spec: { containers: [] } } } },
  };
  t.strictSame(
    policySubject(set({ containers: [] }), older).derived.changedPaths,
    [],
    'a default that was added later is no change',
  );
  const huge = policySubject(set({ container: { resources: { requests: { cpu: '1e999' } } } })).derived.requests.total;
  t.strictSame(
    huge,
    { cpu: Number.MAX_VALUE },
    'a number that is too large is still a number, so that a maximum refuses it',
  );
  t.end();
});

void t.test('what the API server is told has a bounded size', (t) => {
  const containers = Array.from({ length: 150 }, (_, index) => ({ name: `c${index}`, image: 'a'.repeat(600) }));
  const images = derived({ images: { items: { properties: { image: { maxLength: 3 } } } } });
  const decide = (enforcement: 'deny' | 'warn') =>
    policyOutcome(
      evaluatePolicies(compiled(policy(images, { enforcement, message: 'x'.repeat(200) })), set({ containers })),
    );
  const { denials } = decide('deny');
  t.strictSame([denials.length, denials.at(-1)], [100, '51 more violations of policies are not shown']);
  const { warnings } = decide('warn');
  t.strictSame([warnings.length, warnings.at(-1)], [5, '146 more warnings of policies are not shown']);
  t.ok(warnings.every(({ length }) => length <= 256) && denials.every(({ length }) => length <= 600));
  t.end();
});

const TOO_COSTLY = [
  'policy p: the set: found more than can be evaluated, must be small enough for all policies together',
];
const environment = (count: number) => ({
  container: { env: Array.from({ length: count }, (_, index) => ({ name: `E${index}`, value: 'x'.repeat(100) })) },
});
const ofEnvironment = (schema: Schema): Schema =>
  under('spec.leaderWorkerTemplate.workerTemplate.spec.containers.[].env.[]', schema);

const COSTLY: readonly { readonly name: string; readonly schema: Schema; readonly set: SetOptions }[] = [
  { name: 'a long list', schema: ofEnvironment({ properties: { value: { const: 'y' } } }), set: environment(100_000) },
  {
    name: 'a pattern over a long list',
    schema: ofEnvironment({ properties: { value: { pattern: '(.*)(.*)(.*)x$' } } }),
    set: environment(10_000),
  },
  {
    name: 'a pattern over a long text',
    schema: { properties: { annotations: { additionalProperties: { pattern: '(a|aa){100}' } } } },
    set: { annotations: { a: 'a'.repeat(250_000) } },
  },
  {
    name: 'a pattern that counts repetitions over a text',
    schema: { properties: { annotations: { additionalProperties: { pattern: '[ab]*a[ab]{25}$' } } } },
    set: { annotations: { a: 'ab'.repeat(10_000) } },
  },
  {
    name: 'more requests than can be summed up',
    schema: {},
    set: {
      container: {
        resources: { requests: Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`x/${index}`, 1])) },
      },
    },
  },
  {
    name: 'more containers than can be summed up',
    schema: {},
    set: {
      containers: Array.from({ length: 20_000 }, (_, index) => ({
        name: `c${index}`,
        resources: { limits: { [`x/${index % 100}`]: 1 } },
      })),
    },
  },
];

const SAMPLES = new URL('../../deploy/samples/policies/', import.meta.url);

void t.test('the policies that we ship take a tenth of all steps at most, for a set of 200 KB', (t) => {
  const meter = createMeter(20_000);
  const compile = createSchemaCompiler(meter);
  const subject = policySubject(
    sampleSet({ variables: 1_810, hasLeaderTemplate: true }) as Parameters<typeof policySubject>[0],
  );
  const names = readdirSync(SAMPLES);
  for (const name of names) {
    const { policies } = parse(readFileSync(new URL(`${name}/policy.yaml`, SAMPLES), 'utf8')) as {
      policies: readonly { readonly schema: Schema }[];
    };
    for (const { schema } of policies) {
      const compiledSchema = compile(schema);
      if ('problems' in compiledSchema) return t.fail(name);
      t.doesNotThrow(() => compiledSchema.check(subject), name);
    }
  }
  t.ok(names.length >= 10 && JSON.stringify(subject.spec).length > 200_000);
  t.end();
});

void t.test('what would stall admission is given up after a number of steps, and counts as a violation', (t) => {
  for (const { name, schema, set: options } of COSTLY) {
    const [decision] = evaluatePolicies(compiled(policy(schema)), set(options));
    t.strictSame(decision?.problems, TOO_COSTLY, name);
    const [update] = evaluatePolicies(compiled(policy(schema)), set({ ...options, labels: { a: 'b' } }), set(options));
    t.equal(update?.decision, 'tolerated', `${name}, which was so before the update`);
  }
  const [catastrophic] = evaluatePolicies(
    compiled(policy({ properties: { annotations: { properties: { a: { pattern: '^(a+)+$' } } } } })),
    set({ annotations: { a: `${'a'.repeat(10_000)}!` } }),
  );
  t.match(
    catastrophic?.problems,
    [/^policy p: metadata\.annotations\.a: found "a+…", must match \^\(a\+\)\+\$$/],
    'a pattern with nested repetitions takes linear time',
  );
  t.end();
});
