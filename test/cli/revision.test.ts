import t from 'tap';
import type { CommandIO } from '../../src/cli/command-io.ts';
import { readDocuments } from '../../src/cli/read-documents.ts';
import { runRevision } from '../../src/cli/revision.ts';

const SET = `apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
metadata: {name: llm, namespace: ml}
spec:
  replicas: 2
  leaderWorkerTemplate:
    size: 4
    workerTemplate:
      spec:
        containers:
        - {name: c, image: a, resources: {limits: {cpu: 1000m}}}
`;
const DATA =
  '{"spec":{"leaderWorkerTemplate":{"$patch":"replace","size":4,"workerTemplate":{"metadata":{},"spec":{"containers":' +
  '[{"image":"a","name":"c","resources":{"limits":{"cpu":"1"}}}]}}},"networkConfig":{"$patch":"replace","subdomainPolicy":"Shared"}}}';
const LINE = `${JSON.stringify({ name: 'llm-KEY-1', key: 'KEY', data: DATA }).replaceAll('KEY', 'c886889c')}\n`;

const FILES: Readonly<Record<string, string>> = {
  'set.yaml': SET,
  'mixed.yaml': `# comment\n---\napiVersion: v1\nkind: ConfigMap\n---\n${SET}---\n`,
  'scaled.yaml': SET.replace('replicas: 2', 'replicas: 9'),
  'changed.yaml': SET.replace('image: a', 'image: b').replace('size: 4', 'size: 5'),
  'two.yaml': `${SET}---\n${SET.replace('name: llm', 'name: other')}`,
  'empty.yaml': '',
  'no-spec.yaml': 'apiVersion: leaderworkerset.x-k8s.io/v1\nkind: LeaderWorkerSet\nmetadata: {name: x}\n',
  'broken.yaml': 'a: 1\n---\nb: [\n',
};

type Result = { readonly code: number; readonly out: string; readonly err: string };

const run = async (args: string[], stdin = ''): Promise<Result> => {
  let out = '';
  let err = '';
  const io: CommandIO = {
    readFile: async (path) => {
      const text = FILES[path];
      if (text === undefined) throw new Error('no such file');
      return Promise.resolve(text);
    },
    stdin: async () => Promise.resolve(stdin),
    stdout: (text) => (out += text),
    stderr: (text) => (err += text),
  };
  const code = await runRevision(args, io);
  return { code, out, err };
};

const printed = (out: string): Result => ({ code: 0, out, err: '' });
const refused = (code: number, problem: string): Result => ({ code, out: '', err: `lws revision: ${problem}\n` });

const RUNS: readonly (readonly [string, string[], Result])[] = [
  ['prints name, key and data of a set', ['-f', 'set.yaml'], printed(LINE)],
  ['knows the long option', ['--filename=set.yaml'], printed(LINE)],
  ['skips objects of other kinds and empty documents', ['-f', 'mixed.yaml'], printed(LINE)],
  ['scaling rolls no pods', ['-f', 'set.yaml', '-f', 'scaled.yaml'], printed('ml/llm: would not roll the pods\n')],
  [
    'names the paths that roll the pods',
    ['-f', 'set.yaml', '-f', 'changed.yaml'],
    printed(
      'ml/llm: would roll the pods\n  spec.leaderWorkerTemplate.size\n' +
        '  spec.leaderWorkerTemplate.workerTemplate.spec.containers[name=c].image\n',
    ),
  ],
  [
    'finds the set of the same name',
    ['-f', 'two.yaml', '-f', 'set.yaml'],
    printed('ml/llm: would not roll the pods\nml/other: not in the second file\n'),
  ],
  ['wants a file', [], refused(2, 'name a file with -f, or - for standard input')],
  ['wants a file name', ['-f'], refused(2, '-f needs a file name, or - for standard input')],
  ['refuses other arguments', ['set.yaml'], refused(2, 'unexpected argument set.yaml: name files with -f')],
  ['refuses other options', ['--force', '-f', 'set.yaml'], refused(2, 'unknown option --force')],
  [
    'refuses a third file',
    ['-f', 'a', '-f', 'b', '-f', 'c'],
    refused(2, '-f is given 3 times, but at most 2 files are read'),
  ],
  ['refuses to read standard input twice', ['-f', '-', '-f', '-'], refused(2, 'standard input can be read only once')],
  ['says which file cannot be read', ['-f', 'x.yaml'], refused(1, 'cannot read x.yaml: no such file')],
  ['says when there is no set', ['-f', 'empty.yaml'], refused(1, 'empty.yaml holds no LeaderWorkerSet')],
  [
    'says what a set lacks',
    ['-f', 'no-spec.yaml'],
    refused(1, 'no-spec.yaml, document 1, line 1: the LeaderWorkerSet has no spec'),
  ],
];

for (const [title, args, expected] of RUNS)
  void t.test(`lws revision ${title}`, async (t) => {
    t.strictSame(await run(args), expected);
  });

void t.test('lws revision reads JSON lines from standard input', async (t) => {
  const [read] = readDocuments('set.yaml', SET).documents;
  const line = JSON.stringify(read?.object);
  t.strictSame(await run(['-f', '-'], `${line}\n\n${line}\n`), printed(LINE + LINE));
});

const VALUES: readonly (readonly [string, unknown])[] = [
  ['yes', true],
  ['off', false],
  ['n', false],
  ['0644', 420],
  ['0o644', 420],
  ['0x1F', 31],
  ['1_000', 1000],
  ['1e3', 1000],
  ['.5', 0.5],
  ['1:30', '1:30'],
  ['2024-01-02', '2024-01-02'],
  ['.', '.'],
  ['~', null],
  ['"yes"', 'yes'],
  ['!!str 5', '5'],
  ['!!binary aGVsbG8=', 'hello'],
];

void t.test('YAML values are what kubectl makes of them', (t) => {
  for (const [text, expected] of VALUES) {
    const { documents } = readDocuments('x.yaml', `key: ${text}\n`);
    t.strictSame(documents[0]?.object, { key: expected }, text);
  }
  t.end();
});

const bomb = [
  'a: &a [x,x,x,x,x,x,x,x,x,x]',
  ...'bcdefgh'.split('').map((key, i) => {
    const previous = 'abcdefg'[i] ?? '';
    return `${key}: &${key} [${Array.from({ length: 10 }, () => `*${previous}`).join()}]`;
  }),
].join('\n');

const READS: readonly (readonly [string, string, readonly unknown[], readonly string[]])[] = [
  ['documents', 'a: 1\n---\nb: 2\n', [{ a: 1 }, { b: 2 }], []],
  ['merged maps', 'a: &x {b: 1}\nc: {<<: *x, d: 2}\n', [{ a: { b: 1 }, c: { b: 1, d: 2 } }], []],
  ['one JSON document over many lines', '{\n"a": 1\n}\n', [{ a: 1 }], []],
  ['YAML in flow style', '{a: 1}\n---\n{b: 2}\n', [{ a: 1 }, { b: 2 }], []],
  ['the items of a list', 'kind: List\nitems:\n- {kind: A}\n- {kind: B}\n', [{ kind: 'A' }, { kind: 'B' }], []],
  [
    'the items of a list of one kind',
    'apiVersion: v1\nkind: PodList\nitems:\n- {metadata: {name: a}}\n',
    [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } }],
    [],
  ],
  [
    'what can be read beside what cannot',
    'a: 1\n---\nb: {\n',
    [{ a: 1 }],
    ['f, document 2, line 4: Flow map in block collection must be sufficiently indented and end with a }'],
  ],
  ['no duplicate keys', 'a: 1\na: 2\n', [], ['f, document 1, line 2: Map keys must be unique']],
  ['no bare values', 'a: 1\n---\nhello\n', [{ a: 1 }], ['f, document 2, line 3: not an object']],
  ['no infinite numbers', 'a: .inf\n', [], ['f, document 1, line 1: holds a number that is not finite']],
  ['no broken JSON line', '{"a":1}\n{"b":\n', [{ a: 1 }], ['f, line 2: Unexpected end of JSON input']],
  [
    'no aliases that blow up',
    bomb,
    [],
    ['f, document 1, line 1: Excessive alias count indicates a resource exhaustion attack'],
  ],
];

void t.test('a file is read as', (t) => {
  for (const [title, text, objects, errors] of READS) {
    const read = readDocuments('f', text);
    t.strictSame(
      { objects: read.documents.map(({ object }) => object), errors: read.errors },
      { objects, errors },
      title,
    );
  }
  t.end();
});
