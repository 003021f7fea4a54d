import { spawnSync } from 'node:child_process';
import * as fc from 'fast-check';
import t from 'tap';
import type { KubeObject } from '../../src/api/kubernetes.ts';
import type { CommandIO } from '../../src/cli/command-io.ts';
import { createJsonPrinter } from '../../src/cli/json-printer.ts';
import { LWS_USAGE, RENDER_USAGE, REVISION_USAGE } from '../../src/cli/lws-usage.ts';
import { nodeVersionProblem } from '../../src/cli/node-version-problem.ts';
import type { ObjectPrinter } from '../../src/cli/object-printer.ts';
import { readDocuments } from '../../src/cli/read-documents.ts';
import { readRenderOptions } from '../../src/cli/render-options.ts';
import type { RenderOptions } from '../../src/cli/render-options.ts';
import { runLws } from '../../src/cli/run-lws.ts';
import { createYamlPrinter } from '../../src/cli/yaml-printer.ts';

const SET = `apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
metadata: {name: llm}
spec:
  leaderWorkerTemplate:
    workerTemplate: {spec: {containers: [{name: c, image: i}]}}
`;

const FILES: Readonly<Record<string, string>> = {
  'set.yaml': SET,
  'other.yaml': SET.replace('llm', 'other'),
  'refused.yaml': SET.replace('llm', '2llm'),
  'map.yaml': 'apiVersion: v1\nkind: ConfigMap\n---\nkind: Pod\n',
  'near.yaml':
    'apiVersion: leaderworkerset.x-k8s.io/v1alpha1\nkind: LeaderWorkerSet\n---\napiVersion: leaderworkerset.x-k8s.io/v1\nkind: LeaderWorkerset\n',
};

const run = async (args: readonly string[], stdin = '') => {
  let out = '';
  let err = '';
  const io: CommandIO = {
    readFile: (path) => {
      const text = FILES[path];
      return text === undefined ? Promise.reject(new Error('no such file')) : Promise.resolve(text);
    },
    stdin: () => Promise.resolve(stdin),
    stdout: (text) => (out += text),
    stderr: (text) => (err += text),
  };
  return { code: await runLws(args, io), out, err };
};

const DEFAULTS: RenderOptions = {
  files: ['a'],
  output: 'yaml',
  namespace: 'default',
  groups: undefined,
  gangScheduling: false,
  help: false,
};

const OPTIONS: readonly (readonly [
  name: string,
  args: readonly string[],
  expected: Partial<RenderOptions> | { readonly error: string },
])[] = [
  ['a file', ['-f', 'a'], {}],
  ['several files', ['-fa', '--filename', 'b', '--filename=-'], { files: ['a', 'b', '-'] }],
  ['the output format', ['-f', 'a', '-o', 'json'], { output: 'json' }],
  ['the output format as kubectl users write it', ['-f=a', '-ojson', '-o=json'], { output: 'json' }],
  ['a namespace', ['-f', 'a', '-n', 'ml'], { namespace: 'ml' }],
  ['a range of groups', ['-f', 'a', '--groups', '0-2'], { groups: { first: 0, last: 2 } }],
  ['one group', ['-f', 'a', '--groups=7'], { groups: { first: 7, last: 7 } }],
  ['gang scheduling', ['-f', 'a', '--volcano'], { gangScheduling: true }],
  ['a wish for help without a file', ['-h'], { files: [], help: true }],
  ['that no file is named', [], { error: 'name a file with -f, or - for standard input' }],
  ['that standard input is named twice', ['-f-', '-f-'], { error: 'standard input can be read only once' }],
  ['an unknown option', ['-f', 'a', '--group', '1'], { error: 'unknown option --group' }],
  ['an argument that is no option', ['a'], { error: 'unexpected argument a: name files with -f' }],
  ['a missing value', ['-f', 'a', '-o'], { error: '-o needs a value' }],
  ['a value too many', ['-f', 'a', '--volcano=yes'], { error: '--volcano takes no value' }],
  ['an unknown format', ['-f', 'a', '-o', 'wide'], { error: '-o is wide, but must be yaml or json' }],
  [
    'a range that runs backwards',
    ['-f', 'a', '--groups', '2-0'],
    { error: '--groups is 2-0, but must be a group or a range such as 0-2' },
  ],
];

for (const [name, args, expected] of OPTIONS)
  void t.test(`lws render reads from its arguments: ${name}`, (t) => {
    t.same(readRenderOptions(args), 'error' in expected ? expected : { ...DEFAULTS, ...expected });
    t.end();
  });

const RUNS: readonly (readonly [
  name: string,
  args: readonly string[],
  expected: { readonly code: number; readonly out?: string; readonly err?: string },
])[] = [
  ['tells how it is used when no command is given', [], { code: 2, err: LWS_USAGE }],
  ['tells how it is used when asked', ['help'], { code: 0, out: LWS_USAGE }],
  ['tells how render is used', ['render', '--help'], { code: 0, out: RENDER_USAGE }],
  ['tells how revision is used', ['revision', '-h'], { code: 0, out: REVISION_USAGE }],
  ['tells its version', ['version'], { code: 0, out: 'v0.0.0-main\n' }],
  ['knows no other command', ['rendr'], { code: 2, err: 'lws: there is no command rendr; lws help lists them\n' }],
  ['answers 2 to wrong options', ['render', '-x'], { code: 2, err: 'lws render: unknown option -x\n' }],
  [
    'answers 1 when a file cannot be read',
    ['render', '-f', 'lost.yaml'],
    { code: 1, err: 'Error: cannot read lost.yaml: no such file\n' },
  ],
  [
    'answers 1 when a file holds no set',
    ['render', '-f', 'map.yaml'],
    { code: 1, err: 'Error: map.yaml holds no LeaderWorkerSet: it holds v1 ConfigMap, (none) Pod\n' },
  ],
  [
    'answers 1 when an object is nearly a set',
    ['render', '-f', 'near.yaml'],
    {
      code: 1,
      err:
        'Error: near.yaml, document 1, line 1: leaderworkerset.x-k8s.io/v1alpha1 LeaderWorkerSet is not leaderworkerset.x-k8s.io/v1 LeaderWorkerSet\n' +
        'Error: near.yaml, document 2, line 4: leaderworkerset.x-k8s.io/v1 LeaderWorkerset is not leaderworkerset.x-k8s.io/v1 LeaderWorkerSet\n',
    },
  ],
  [
    'prints a List that is complete when a file cannot be read',
    ['render', '-o', 'json', '-f', 'lost.yaml'],
    {
      code: 1,
      out: '{\n    "apiVersion": "v1",\n    "items": [],\n    "kind": "List"\n}\n',
      err: 'Error: cannot read lost.yaml: no such file\n',
    },
  ],
];

for (const [name, args, expected] of RUNS)
  void t.test(`lws ${name}`, async (t) => t.same(await run(args), { out: '', err: '', ...expected }));

const namesIn = (text: string): readonly string[] =>
  readDocuments('output', text).documents.map(({ object }) => {
    const { kind, metadata } = object as unknown as KubeObject;
    return `${kind} ${metadata.namespace}/${metadata.name}`;
  });

const OBJECTS = ['LeaderWorkerSet NS/NAME', 'ControllerRevision NS/NAME-84b5c89c65-1', 'Service NS/NAME'];
const namesOf = (name: string, namespace = 'default'): readonly string[] =>
  [...OBJECTS, 'StatefulSet NS/NAME', 'Pod NS/NAME-0'].map((text) =>
    text.replace('NAME', name).replace('NS', namespace),
  );

for (const output of ['yaml', 'json']) {
  void t.test(`lws render prints the sets of all files, as ${output}`, async (t) => {
    const { code, out } = await run(['render', '-o', output, '-f', 'set.yaml', '-f', 'other.yaml']);
    t.same([code, namesIn(out)], [0, [...namesOf('llm'), ...namesOf('other')]]);
  });
  void t.test(`lws render prints what is admitted beside what is refused, as ${output}`, async (t) => {
    const { code, out } = await run(['render', '-o', output, '-f', 'refused.yaml', '-f', 'set.yaml']);
    t.same([code, namesIn(out)], [1, namesOf('llm')]);
  });
}

void t.test('lws render reads standard input, and puts sets into the namespace that it is given', async (t) => {
  const { out } = await run(['render', '-n', 'ml', '-f', '-'], SET);
  t.same(namesIn(out), namesOf('llm', 'ml'));
});

const print = (createPrinter: (write: (text: string) => void) => ObjectPrinter, objects: readonly object[]): string => {
  let text = '';
  const printer = createPrinter((chunk) => (text += chunk));
  for (const object of objects) printer.print(object);
  printer.end();
  return text;
};

/** Texts that some reader of YAML takes for something else, among any others. */
const awkward = fc.oneof(
  fc.constantFrom(
    'yes',
    'on',
    'null',
    '~',
    '0644',
    '0o17',
    '0x1F',
    '1e3',
    '.5',
    '1_000',
    '1:30',
    '2020-01-01',
    '- a',
    '\ta\nb',
    '\u0085',
    '<<',
  ),
  fc.string(),
  fc.string({ unit: 'binary-ascii' }),
);
const json = fc.letrec((tie) => ({
  value: fc.oneof(awkward, fc.integer(), fc.boolean(), fc.constant(null), tie('list'), tie('map')),
  list: fc.array(tie('value'), { maxLength: 4 }),
  map: fc.dictionary(
    awkward.filter((key) => key !== '__proto__'),
    tie('value'),
    { maxKeys: 4 },
  ),
}));
const printed = fc.array(
  json.map.map((map) => ({ kind: 'K', spec: map })),
  { maxLength: 3 },
);

for (const [name, createPrinter] of [
  ['YAML', createYamlPrinter],
  ['JSON', createJsonPrinter],
] as const)
  void t.test(`${name} that is printed reads back as the same objects`, (t) => {
    fc.assert(
      fc.property(printed, (objects) => {
        const { documents, errors } = readDocuments('printed', print(createPrinter, objects));
        t.same([documents.map(({ object }) => object), errors], [objects, []]);
      }),
    );
    t.end();
  });

void t.test('objects are printed with their keys in order, whatever order they had', (t) => {
  const object = { kind: 'K', apiVersion: 'v1', metadata: { name: 'x', labels: { b: '1', a: '2' } } };
  t.equal(
    print(createYamlPrinter, [object, { kind: 'L' }]),
    'apiVersion: v1\nkind: K\nmetadata:\n  labels:\n    a: "2"\n    b: "1"\n  name: x\n---\nkind: L\n',
  );
  t.end();
});

const VERSIONS: readonly (readonly [version: string, isEnough: boolean])[] = [
  ['20.20.2', false],
  ['22.18.0', false],
  ['22.19.0', true],
  ['24.0.0', true],
];

for (const [version, isEnough] of VERSIONS)
  void t.test(`Node.js ${version} is ${isEnough ? 'new enough' : 'too old'}`, (t) => {
    const problem = `lws needs Node.js 22.19 or newer, and this is ${version}`;
    t.equal(nodeVersionProblem(version), isEnough ? undefined : problem);
    t.end();
  });

void t.test('the program reads a pipe, prints to another, and ends with the exit code', (t) => {
  const program = new URL('../../src/lws.ts', import.meta.url).pathname;
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'render', '-f', '-'], {
    input: SET.replace('llm', '2llm'),
    encoding: 'utf8',
  });
  t.same([status, stdout], [1, '']);
  t.match(stderr, /^Error: LeaderWorkerSet 2llm: metadata\.name: Invalid value: "2llm": /);
  t.end();
});
