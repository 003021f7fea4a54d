import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { readSettings } from '../../src/cli/read-settings.ts';
import { DEFAULT_CONFIGURATION } from '../../src/config/default-configuration.ts';

const folder = t.testdir({
  'lws.yaml': 'webhook: {port: 1}\nleaderElection: {resourceNamespace: elsewhere, resourceName: ours}',
  'wrong.yaml': 'webhook: {prot: 1}\nmetrics: {bindAddress: "1"}',
});

type Case = { readonly title: string; readonly argv: readonly string[]; readonly expected: object };

const BIND = 'must be <host>:<port>, or :<port> for all interfaces, or "0" to switch the server off';

const cases: readonly Case[] = [
  {
    title: 'nothing: everything by default',
    argv: [],
    expected: {
      kind: 'serve',
      configuration: DEFAULT_CONFIGURATION,
      logLevel: 'debug',
      webhooksEnabled: true,
      warnings: [],
    },
  },
  {
    title: 'a file and flags: flags win, and what has no effect is said',
    argv: [
      `--config=${folder}/lws.yaml`,
      '--kubeconfig=k',
      '--kube-api-burst=7',
      '--leader-elect-resource-name=mine',
      '--zap-log-level=info',
      '--zap-encoder=console',
    ],
    expected: {
      kind: 'serve',
      configuration: {
        webhook: { port: 1 },
        clientConnection: { qps: 500, burst: 7 },
        leaderElection: { resourceName: 'mine' },
      },
      configurationFile: `${folder}/lws.yaml`,
      kubeconfig: 'k',
      logLevel: 'info',
      warnings: [
        'leaderElection.resourceNamespace has no effect: the lease lives in the namespace of the manager',
        '--zap-encoder=console has no effect: log lines are JSON',
      ],
    },
  },
  {
    title: 'a request for the version',
    argv: ['--version', `--config=${folder}/wrong.yaml`],
    expected: { kind: 'version' },
  },
  { title: 'a request for help', argv: ['-h'], expected: { kind: 'help', text: /^Usage of manager:\n  --config / } },
  {
    title: 'wrong flags',
    argv: ['--port=1', '--leader-elect=maybe'],
    expected: {
      kind: 'refused',
      exitCode: 2,
      problem:
        'flag provided but not defined: -port\ninvalid boolean value "maybe" for -leader-elect: parse error\nRun with --help for the flags there are.',
    },
  },
  {
    title: 'a wrong file',
    argv: [`--config=${folder}/wrong.yaml`],
    expected: {
      kind: 'refused',
      exitCode: 1,
      problem: `unable to load the configuration: [strict decoding error: unknown field "webhook.prot", metrics.bindAddress: Invalid value: "1": ${BIND}]`,
    },
  },
  {
    title: 'no file',
    argv: [`--config=${folder}/none.yaml`],
    expected: {
      kind: 'refused',
      exitCode: 1,
      problem: `cannot read --config=${folder}/none.yaml: ENOENT: no such file or directory, open '${folder}/none.yaml'`,
    },
  },
];

void t.test('what the manager is asked to do', async (t) => {
  for (const { title, argv, expected } of cases) t.match(await readSettings(argv, {}), expected, title);
  t.match(await readSettings([], { ENABLE_WEBHOOKS: 'false' }), { kind: 'serve', webhooksEnabled: false });
});

void t.test('the version is three lines, and a refusal goes to stderr', (t) => {
  const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
  const run = (argument: string) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, argument], { encoding: 'utf8' });
    return { status, stdout, stderr };
  };
  t.match(run('--version'), { status: 0, stdout: /^Version: \S+\nBuild Date: \S+\nGit Commit: \S+\n$/, stderr: '' });
  t.strictSame(run('--none'), {
    status: 2,
    stdout: '',
    stderr: 'flag provided but not defined: -none\nRun with --help for the flags there are.\n',
  });
  t.end();
});
