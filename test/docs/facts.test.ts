import { readFileSync } from 'node:fs';
import t from 'tap';
import { parse } from 'yaml';
import type { LeaderWorkerSet } from '../../src/api/leader-worker-set.ts';
import { formatFieldError, joinProblems } from '../../src/core/admission/field-error.ts';
import { longestName } from '../../src/core/admission/leader-worker-set/longest-name.ts';
import type { SetFacts } from '../../src/core/admission/leader-worker-set/set-facts.ts';
import { validateLeaderWorkerSet } from '../../src/core/admission/leader-worker-set/validate.ts';
import type { Loose } from '../../src/core/admission/loose.ts';
import { compilePolicies } from '../../src/core/admission/policy/compile-policies.ts';
import { evaluatePolicies } from '../../src/core/admission/policy/evaluate-policies.ts';
import { policyOutcome } from '../../src/core/admission/policy/policy-outcome.ts';
import { DEFAULT_CONFIGURATION } from '../../src/config/default-configuration.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import { readDeploy } from '../cluster/install-manager.ts';
import { codeOf, fencesOf, readPages, tablesOf } from './pages.ts';

const pages = readPages();
const textOf = (path: string): string => pages.find((page) => page.path === path)?.text ?? '';
const security = textOf('docs/security.md');
const limits = textOf('docs/limits.md');

type Rule = { apiGroups?: string[]; resources?: string[]; resourceNames?: string[]; verbs: string[] };
type Role = { kind: string; metadata: { name: string }; rules: Rule[] };

const rightsOf = (role: string, { apiGroups = [], resources = [], resourceNames, verbs }: Rule): string[] =>
  apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      (resourceNames ?? ['']).flatMap((name) =>
        verbs.map((verb) => `${role}: ${verb} ${group}/${resource} ${name}`.trimEnd()),
      ),
    ),
  );

const volcanoRule = (): Rule => {
  const [component] = readDeploy('kustomize/components/volcano/kustomization.yaml') as unknown as [
    { patches: [{ patch: string }] },
  ];
  const [operation] = parse(component.patches[0].patch) as [{ value: Rule }];
  return operation.value;
};

const granted = (): string[] => {
  const roles = ['kustomize/base', 'kustomize/components/self-managed']
    .flatMap((folder) => ['cluster-role.yaml', 'role.yaml'].flatMap((file) => readDeploy(`${folder}/${file}`)))
    .filter(({ metadata }) => metadata.name !== 'lws-metrics-reader') as unknown as Role[];
  return [
    ...roles.flatMap(({ metadata, rules }) => rules.flatMap((rule) => rightsOf(metadata.name, rule))),
    ...rightsOf('lws-manager-role', volcanoRule()),
  ];
};

/** Rights as the table of the page has them: the role, the resource with a name where it is restricted to one, the verbs, and a reason. */
const documented = (): string[] =>
  tablesOf({ path: '', text: security })
    .filter(({ heading }) => heading === 'RBAC')
    .flatMap(({ rows }) => rows)
    .flatMap(([role = '', resource = '', verbs = '', reason = '']) => {
      const [what = '', name = ''] = codeOf({ path: '', text: resource });
      if (reason === '') throw new Error(`no reason: ${role} ${resource}`);
      return verbs.split(', ').map((verb) => `${role.replaceAll('`', '')}: ${verb} ${what} ${name}`.trimEnd());
    });

void t.test('the security page gives a reason for every right that is granted, and names no other', (t) => {
  t.same(documented().toSorted(), granted().toSorted());
  t.end();
});

const factsOf = (replicas: number, size: number): SetFacts => ({ replicas, size }) as SetFacts;

void t.test('the limits page knows how long names may be', (t) => {
  t.match(limits, `| ${longestName(factsOf(2, 1))} characters`);
  t.match(limits, `| ${longestName(factsOf(10, 2))} characters`);
  const more = [100, 1_000, 10_000].map((replicas) => longestName(factsOf(replicas, 2)));
  t.match(limits, `| ${more.join(', ')} characters`);
  t.end();
});

const { qps, burst } = DEFAULT_CONFIGURATION.clientConnection;

/** Numbers that a page has, with the file and the name of the constant in which the code has them. */
const NUMBERS: readonly { readonly text: string; readonly file: string; readonly constant: string }[] = [
  { text: '# bytes', file: 'server/read-body.ts', constant: 'MAX_BODY_BYTES' },
  { text: 'beyond # bytes the connection', file: 'server/read-body.ts', constant: 'MAX_DISCARDED_BYTES' },
  { text: '# bytes', file: 'server/listen.ts', constant: 'MAX_HEADER_BYTES' },
  { text: '# s for the headers', file: 'server/listen.ts', constant: 'headersMs' },
  { text: '# s for the whole request', file: 'server/listen.ts', constant: 'requestMs' },
  { text: '# s between two requests', file: 'server/listen.ts', constant: 'keepAliveMs' },
  { text: '# objects and lists', file: 'server/find-excess.ts', constant: 'MAX_CONTAINERS' },
  { text: '# fields', file: 'server/find-excess.ts', constant: 'MAX_FIELDS' },
  { text: '# values', file: 'server/find-excess.ts', constant: 'MAX_COMMAS' },
  { text: '# different names', file: 'server/find-excess.ts', constant: 'MAX_NAMES' },
  { text: '# levels', file: 'server/find-excess.ts', constant: 'MAX_DEPTH' },
  {
    text: '# of each',
    file: 'core/admission/leader-worker-set/rules/labels-are-well-formed.ts',
    constant: 'MAX_ERRORS',
  },
  {
    text: '# of each',
    file: 'core/admission/leader-worker-set/rules/annotations-are-well-formed.ts',
    constant: 'MAX_ERRORS',
  },
  { text: '#, and', file: 'core/admission/pod/tpu-host-limit.ts', constant: 'MAX_HOSTS' },
  { text: 'and # characters', file: 'core/admission/pod/tpu-host-limit.ts', constant: 'MAX_LENGTH' },
  { text: '#', file: 'core/admission/pod/steps/container-limit.ts', constant: 'MAX_CONTAINERS' },
  { text: '# characters', file: 'core/admission/pod/steps/environment-size.ts', constant: 'MAX_LENGTH' },
  { text: '# characters', file: 'core/admission/go-text.ts', constant: 'MAX_SHOWN' },
  { text: '# characters', file: 'core/admission/policy/describe-demand.ts', constant: 'MAX_SHOWN' },
  { text: '#', file: 'kube/access-reviewer.ts', constant: 'MOST_ANSWERS' },
  { text: '#', file: 'core/admission/leader-worker-set/rules/replicas-at-most-a-million.ts', constant: 'MAX_REPLICAS' },
  { text: '#', file: 'core/admission/leader-worker-set/rules/pod-count-fits.ts', constant: 'MAX_INT32' },
  { text: '# of each set', file: 'controller/group-memories.ts', constant: 'MOST_RECORDED' },
  { text: '#', file: 'core/admission/policy/compile-policies.ts', constant: 'MAX_POLICIES' },
  { text: '# steps', file: 'core/admission/policy/compile-policies.ts', constant: 'MAX_STEPS' },
  { text: '# characters', file: 'core/admission/policy/compile-policies.ts', constant: 'MAX_MESSAGE_LENGTH' },
  { text: '#', file: 'core/admission/policy/find-schema-problems.ts', constant: 'MAX_SCHEMAS' },
  { text: '# levels', file: 'core/admission/policy/find-schema-problems.ts', constant: 'MAX_DEPTH' },
  { text: '# characters', file: 'core/admission/policy/linear-pattern.ts', constant: 'MAX_LENGTH' },
  { text: '# instructions', file: 'core/admission/policy/linear-pattern.ts', constant: 'MAX_PROGRAM_SIZE' },
  { text: '#', file: 'core/admission/policy/policy-outcome.ts', constant: 'MAX_DENIALS' },
  { text: '# of 256', file: 'core/admission/policy/policy-outcome.ts', constant: 'MAX_WARNINGS' },
  { text: '# characters', file: 'core/admission/policy/policy-outcome.ts', constant: 'MAX_WARNING_LENGTH' },
];

/** The value of a constant that is written as a product of numbers; milliseconds as seconds. */
const valueOf = (file: string, constant: string): number => {
  const source = readFileSync(new URL(`../../src/${file}`, import.meta.url), 'utf8');
  const [, product = 'NaN'] = new RegExp(`\\b${constant}(?: =|:) ([\\d_* ]+)[;,]`).exec(source) ?? [];
  const value = product.split('*').reduce((result, factor) => result * Number(factor.replaceAll('_', '')), 1);
  return constant.endsWith('Ms') ? value / 1000 : value;
};

void t.test('bounds are those of the code', (t) => {
  for (const { text, file, constant } of NUMBERS) {
    const expected = text.replace('#', valueOf(file, constant).toLocaleString('en-US'));
    const isWritten = new RegExp(`(?<![\\d,])${expected}(?![\\d,]*\\d)`);
    t.ok(isWritten.test(limits) || isWritten.test(security), `${expected} (${constant} of ${file})`);
  }
  t.match(limits, `| ${qps} a second, ${burst} at once`);
  t.end();
});

const isConfiguration = ({ kind }: { readonly kind?: string }): boolean =>
  kind === undefined || kind === 'Configuration';

void t.test('examples of the configuration can be loaded', (t) => {
  const examples = pages
    .filter(({ path }) => path.startsWith('docs/'))
    .flatMap(fencesOf)
    .filter(({ language, text }) => language === 'yaml' && isConfiguration(parse(text) as { kind?: string }));
  t.ok(examples.length >= 4);
  for (const { page, line, text } of examples)
    t.notOk('errors' in loadConfiguration({ text }), `${page}, line ${line}`);
  t.end();
});

void t.test('the refusal on the page about policies is that of its policies', (t) => {
  const fences = fencesOf({ path: '', text: textOf('docs/policies.md') });
  const loaded = loadConfiguration({ text: fences.find(({ language }) => language === 'yaml')?.text ?? '' });
  const compiled = compilePolicies(('errors' in loaded ? undefined : loaded.configuration.policies) ?? []);
  if (compiled.problems !== undefined) throw new Error(compiled.problems.join('\n'));
  const set = {
    metadata: { name: 'llama', namespace: 'sandbox-a' },
    spec: {
      replicas: 32,
      rolloutStrategy: { rollingUpdateConfiguration: { maxUnavailable: 0, maxSurge: 0 } },
      leaderWorkerTemplate: { size: 4, workerTemplate: { spec: { containers: [{ name: 'c' }] } } },
    },
  } as Loose<LeaderWorkerSet>;
  const { denials } = policyOutcome(evaluatePolicies(compiled.set, set));
  const message = joinProblems([...validateLeaderWorkerSet(set).errors.map(formatFieldError), ...denials]);
  const shown = fences.find(({ text }) => text.startsWith('Error from server (Forbidden)'));
  t.equal(shown?.text.split(' denied the request: ')[1], `${message}\n`);
  t.end();
});
