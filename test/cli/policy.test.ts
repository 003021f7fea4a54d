import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import type { CommandIO } from '../../src/cli/command-io.ts';
import { createPolicySource } from '../../src/cli/policy-source.ts';
import { runLws } from '../../src/cli/run-lws.ts';
import { loadConfiguredPolicies } from '../../src/config/load-policies.ts';
import { compilePolicies } from '../../src/core/admission/policy/compile-policies.ts';
import { KEYWORDS } from '../../src/core/admission/policy/schema-keywords.ts';
import type { SubjectShape } from '../../src/core/admission/policy/subject-shape.ts';
import { SUBJECT_SHAPE } from '../../src/core/admission/policy/subject-shape.ts';
import { createLogger } from '../../src/telemetry/logger.ts';

const SET = `apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
metadata: {name: llm, namespace: prod-a}
spec:
  replicas: 2
  leaderWorkerTemplate:
    size: 4
    workerTemplate: {spec: {containers: [{name: c, image: a}]}}
`;
const POLICIES = `policies:
- name: small
  enforcement: deny
  schema: {properties: {derived: {properties: {pods: {maximum: 4}}}}}
- name: owned
  match: {namespaces: [prod-*]}
  enforcement: warn
  schema: {properties: {labels: {required: [team]}}}
- name: elsewhere
  match: {namespaces: [dev-*]}
  enforcement: audit
  schema: {not: {}}
`;

const FILES: Readonly<Record<string, string>> = {
  'set.yaml': SET,
  'small.yaml': SET.replace('replicas: 2', 'replicas: 1').replace('namespace: prod-a', 'labels: {team: a}'),
  'refused.yaml': SET.replace('size: 4', 'size: 0'),
  'policies.yaml': POLICIES,
  '/etc/lws/config.yaml': `kind: Configuration\npolicyFiles: [more/policies.yaml]\n`,
  '/etc/lws/more/policies.yaml': POLICIES,
  'typo.yaml': POLICIES.replace('enforcement: warn', 'enforce: warn'),
  'broken.yaml': POLICIES.replace('maximum', 'maximal'),
};

const run = async (args: string[], files: (path: string) => string | undefined = (path) => FILES[path]) => {
  let out = '';
  let err = '';
  const io: CommandIO = {
    readFile: (path) => {
      const text = files(path);
      return text === undefined ? Promise.reject(new Error('no such file')) : Promise.resolve(text);
    },
    stdin: () => Promise.resolve(SET),
    stdout: (text) => (out += text),
    stderr: (text) => (err += text),
  };
  const code = await runLws(['policy', ...args], io);
  return { code, out, err };
};

const DENIED = `SET         POLICY     ENFORCEMENT  DECISION
prod-a/llm  small      deny         denied
    policy small: derived.pods: found 8, must be at most 4
prod-a/llm  owned      warn         warned
    policy owned: metadata.labels.team: found nothing, must be set
prod-a/llm  elsewhere  audit        not matched
`;
const ALLOWED = `SET         POLICY     ENFORCEMENT  DECISION
prod-b/llm  small      deny         allowed
prod-b/llm  owned      warn         allowed
prod-b/llm  elsewhere  audit        not matched
`;
const TOLERATED = `SET         POLICY     ENFORCEMENT  DECISION
prod-a/llm  small      deny         tolerated
prod-a/llm  owned      warn         tolerated
prod-a/llm  elsewhere  audit        not matched
`;
const good = (code: number, out: string) => ({ code, out, err: '' });
const bad = (code: number, err: string) => ({ code, out: '', err });

const CASES: readonly { readonly title: string; readonly args: string[]; readonly expected: object }[] = [
  {
    title: 'a denial is told, and is exit code 1',
    args: ['-f', 'policies.yaml', '-f', 'set.yaml'],
    expected: good(1, DENIED),
  },
  {
    title: 'the order of files does not matter, and one may be standard input',
    args: ['-f', '-', '-f', 'policies.yaml'],
    expected: good(1, DENIED),
  },
  {
    title: 'a set that is allowed is exit code 0',
    args: ['-f', 'policies.yaml', '-f', 'small.yaml', '-n', 'prod-b'],
    expected: good(0, ALLOWED),
  },
  {
    title: 'the policies of a configuration file and of the files it names are taken',
    args: ['-f', '/etc/lws/config.yaml', '-f', 'set.yaml'],
    expected: good(1, DENIED),
  },
  {
    title: 'an update is judged with the set as it was',
    args: ['-f', 'policies.yaml', '-f', 'set.yaml', '--old', 'set.yaml'],
    expected: good(0, TOLERATED),
  },
  {
    title: 'a set that is refused anyway is told',
    args: ['-f', 'policies.yaml', '-f', 'refused.yaml'],
    expected: bad(
      1,
      'Error: prod-a/llm: spec.leaderWorkerTemplate.size: Invalid value: 0: size must be equal or greater than 1\n',
    ),
  },
  {
    title: 'a mistake in a policy is told',
    args: ['-f', 'broken.yaml', '-f', 'set.yaml'],
    expected: bad(1, 'Error: policy small: schema.properties.derived.properties.pods.maximal: unknown keyword\n'),
  },
  {
    title: 'all mistakes in the form of policies are told, each with the policy and the path',
    args: ['-f', 'typo.yaml', '-f', 'set.yaml'],
    expected: bad(
      1,
      'Error: typo.yaml: policy owned: strict decoding error: unknown field "policies[1].enforce"\nError: typo.yaml: policy owned: policies[1].enforcement: Required value\n',
    ),
  },
  {
    title: 'a file that is not there is told',
    args: ['-f', 'policies.yaml', '-f', 'set.yaml', '-f', 'none.yaml'],
    expected: { ...good(1, DENIED), err: 'Error: cannot read none.yaml: no such file\n' },
  },
  { title: 'policies must be given', args: ['-f', 'set.yaml'], expected: bad(1, 'Error: no file holds policies\n') },
  {
    title: 'sets must be given',
    args: ['-f', 'policies.yaml'],
    expected: bad(1, 'Error: no file holds a LeaderWorkerSet\n'),
  },
  {
    title: 'files must be given',
    args: [],
    expected: bad(2, 'lws policy test: name files with policies and with sets by -f\n'),
  },
  {
    title: 'an unknown option is refused',
    args: ['-f', 'set.yaml', '--strict'],
    expected: bad(2, 'lws policy test: unknown option --strict\n'),
  },
  {
    title: 'an argument without -f is refused',
    args: ['set.yaml'],
    expected: bad(2, 'lws policy test: unexpected argument set.yaml: name files with -f\n'),
  },
];

void t.test('lws policy test', async (t) => {
  for (const { title, args, expected } of CASES) t.strictSame(await run(['test', ...args]), expected, title);
  t.match(await run(['--help']), { code: 0, out: /lws policy test -f POLICIES -f OBJECTS/ });
  t.strictSame(await run(['show']), bad(2, 'lws policy: there is no command show, only test\n'));
});

const SAMPLES = fileURLToPath(new URL('../../deploy/samples/policies', import.meta.url));

void t.test('each sample policy', async (t) => {
  const readSample = (path: string): string => readFileSync(path, 'utf8');
  const samples = readdirSync(SAMPLES);
  t.ok(samples.length >= 10, `is one of ${samples.length}`);
  for (const sample of samples) {
    const file = (name: string): string => join(SAMPLES, sample, name);
    const old = existsSync(file('old.yaml')) ? ['--old', file('old.yaml')] : [];
    const judge = async (name: string) =>
      run(['test', '-f', file('policy.yaml'), '-f', file(name), ...old], readSample);
    const accepted = await judge('accepted.yaml');
    t.match(
      accepted,
      { code: 0, err: '', out: new RegExp(` ${sample} .* allowed\n$`) },
      `${sample} allows its accepted.yaml`,
    );
    const refused = await judge('refused.yaml');
    t.match(
      refused,
      { err: '', out: new RegExp(` ${sample} .* (denied|warned)\n    policy ${sample}: `) },
      `${sample} finds fault with its refused.yaml`,
    );
  }
});

/** A folder as a kubelet fills it from a ConfigMap: files are links into `..data`, a link that is replaced as a whole. */
const createVolume = () => {
  const folder = mkdtempSync(join(tmpdir(), 'lws-policies-'));
  let version = 0;
  const write = (text: string): void => {
    version += 1;
    mkdirSync(join(folder, `..${version}`));
    writeFileSync(join(folder, `..${version}`, 'policies.yaml'), text);
    symlinkSync(`..${version}`, join(folder, '..next'));
    renameSync(join(folder, '..next'), join(folder, '..data'));
  };
  write(POLICIES);
  symlinkSync('..data/policies.yaml', join(folder, 'policies.yaml'));
  return { folder, write, remove: () => rmSync(folder, { recursive: true }) };
};

void t.test('policies are replaced while the manager runs, but only by good ones', async (t) => {
  const volume = createVolume();
  t.teardown(volume.remove);
  const configurationFile = join(volume.folder, 'config.yaml');
  writeFileSync(
    configurationFile,
    'policyFiles: [policies.yaml]\npolicies: [{name: inline, enforcement: deny, schema: {}}]\n',
  );
  const counted: string[] = [];
  const lines: string[] = [];
  const source = await createPolicySource({
    configurationFile,
    log: createLogger({ level: 'info', destination: { write: (line) => lines.push(line) } }),
    metrics: {
      decided: () => undefined,
      loaded: (policies) => counted.push(policies.map(({ name }) => name).join(' ')),
      reloadFailed: () => counted.push('failed'),
    },
  });
  t.teardown(source.stop);
  const names = (): string[] => source.current().policies.map(({ name }) => name);
  const until = async (count: number): Promise<void> => {
    while (counted.length < count) await sleep(20);
  };
  t.strictSame(names(), ['inline', 'small', 'owned', 'elsewhere']);

  volume.write(POLICIES.replace('maximum', 'maximal'));
  await until(2);
  t.strictSame(names(), ['inline', 'small', 'owned', 'elsewhere'], 'the old ones stay when the new ones are broken');
  t.match(
    lines.at(-1),
    /"problems":\["policy small: schema\.properties\.derived\.properties\.pods\.maximal: unknown keyword"\]/,
  );

  volume.write(POLICIES.replace('name: small', 'name: tiny'));
  await until(3);
  t.strictSame(names(), ['inline', 'tiny', 'owned', 'elsewhere']);

  writeFileSync(configurationFile, 'webhook: {port: 1}\n');
  await until(4);
  t.strictSame(names(), [], 'the configuration file itself is followed, too');
  t.strictSame(counted, ['inline small owned elsewhere', 'failed', 'inline tiny owned elsewhere', '']);
});

void t.test('a manager does not start with bad policies, and the error says why', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lws-policies-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const configurationFile = join(folder, 'config.yaml');
  writeFileSync(configurationFile, 'policyFiles: [a.yaml, b.yaml]\n');
  writeFileSync(join(folder, 'a.yaml'), POLICIES.replace('enforcement: audit', 'enforcement: allow'));
  const metrics = { decided: () => undefined, loaded: () => undefined, reloadFailed: () => undefined };
  const log = createLogger({ level: 'error' });
  await t.rejects(createPolicySource({ configurationFile, log, metrics }), {
    message: new RegExp(
      `^${folder}/a\\.yaml: policy elsewhere: policies\\[2\\]\\.enforcement: Unsupported value: "allow": supported values: "deny", "warn", "audit"\n` +
        `cannot read the policies in ${folder}/b\\.yaml: ENOENT`,
    ),
  });
  const none = await createPolicySource({ configurationFile: undefined, log, metrics });
  t.strictSame(none.current().policies, []);
  none.stop();
});

/** Keywords that describe a schema for its readers. */
const ANNOTATIONS = ['$comment', '$schema', 'default', 'deprecated', 'description', 'examples', 'title'];

/** The fields as the page names them: those of an image by themselves, those of the spec not at all. */
const subjectFields = (shape: SubjectShape, path = ''): string[] => {
  if (shape?.kind === 'list') return subjectFields(shape.of);
  if (shape?.kind !== 'fields') return [];
  return shape.names.flatMap((name) => {
    const own = path === '' ? name : `${path}.${name}`;
    const inner = name === 'spec' ? [] : subjectFields(shape.field(name), own);
    return inner.length === 0 || shape.field(name)?.kind === 'list' ? [own, ...inner] : inner;
  });
};

void t.test('the page for admins', (t) => {
  const page = readFileSync(fileURLToPath(new URL('../../docs/policies.md', import.meta.url)), 'utf8');
  const [, example = ''] = /```yaml\n([^`]*)```/.exec(page) ?? [];
  const loaded = loadConfiguredPolicies(example, 'example');
  t.equal(
    'policies' in loaded && compilePolicies(loaded.policies).problems,
    undefined,
    'shows policies that can be used',
  );
  const undocumented = [...KEYWORDS.keys()].filter((keyword) => !page.includes(`\`${keyword}\``));
  t.strictSame(undocumented, ANNOTATIONS, 'names all keywords but those that say nothing');
  const fields = subjectFields(SUBJECT_SHAPE).filter((field) => !page.includes(`\`${field}\``));
  t.strictSame(fields, [], 'names all fields of the subject');
  t.end();
});
