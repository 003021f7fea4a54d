import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { areDependenciesCurrent } from './are-dependencies-current.mjs';
import { PROGRAMS } from './control-plane-folder.mjs';
import { goModText } from './derive-go-module.mjs';
import { explainFailure } from './explain-failure.mjs';

const BOOTSTRAP = fileURLToPath(new URL('bootstrap.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'lws-setup-'));
t.teardown(() => rmSync(folder, { recursive: true }));

void t.test('are the dependencies current', (t) => {
  const a = { version: '1.0.0', integrity: 'sha512-a' };
  const native = { version: '1.0.0', optional: true, os: ['linux'], cpu: ['x64'] };
  const locked = { '': {}, a, native, 'native-arm': { ...native, cpu: ['arm64'] } };
  const cases = [
    { title: 'yes, when all for this platform is there', installed: { a, native }, expected: true },
    { title: 'no, when a package is missing', installed: { native }, expected: false },
    {
      title: 'no, when a package has another version',
      installed: { a: { ...a, version: '1.0.1' }, native },
      expected: false,
    },
    {
      title: 'no, when a package has another content',
      installed: { a: { ...a, integrity: 'sha512-b' }, native },
      expected: false,
    },
    { title: 'no, when a package is no longer wanted', installed: { a, native, b: a }, expected: false },
    { title: 'no, when those of another platform are there', installed: { a, 'native-arm': native }, expected: false },
    { title: 'no, when nothing is installed', installed: undefined, expected: false },
  ];
  for (const [index, { title, installed, expected }] of cases.entries()) {
    const root = join(folder, String(index));
    mkdirSync(join(root, 'node_modules'), { recursive: true });
    writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: locked }));
    if (installed)
      writeFileSync(join(root, 'node_modules/.package-lock.json'), JSON.stringify({ packages: installed }));
    t.equal(areDependenciesCurrent(root, { os: 'linux', cpu: 'x64' }), expected, title);
  }
  t.end();
});

void t.test("a version's go.mod follows from Kubernetes' own", (t) => {
  const kubernetes = `module k8s.io/kubernetes
go 1.25.0
require (
	go.etcd.io/etcd/client/v3 v3.6.5
	k8s.io/api v0.0.0
	k8s.io/utils v0.0.0-20251002143259-bc988d571ff4
)
replace (
	k8s.io/api => ./staging/src/k8s.io/api
)
`;
  const expected = `module control-plane

go 1.25.0

require (
	go.etcd.io/etcd/server/v3 v3.6.5
	k8s.io/kubernetes v1.35.4
)

replace (
	k8s.io/api => k8s.io/api v0.35.4
)
`;
  t.equal(goModText('v1.35.4', kubernetes), expected);
  t.end();
});

void t.test('a failure is told in one sentence that says what to do', (t) => {
  const cases = [
    ['compile: writing output: write x: no space left on device\nexit status 1', /disk is full: free/],
    ['go: x: Get "https://y": dial tcp: lookup y: no such host', /a download failed .*check the network/],
    ['mkdir /root/x: permission denied', /not writable .*XDG_CACHE_HOME/],
    ['verifying x: checksum mismatch', /not the pinned one/],
    ['one\nmain.go:3: undefined: x\n', /"main\.go:3: undefined: x": fix that/],
  ] as const;
  for (const [output, expected] of cases) t.match(explainFailure('It', output).message, expected);
  t.end();
});

function bootstrap(args: readonly string[], env: NodeJS.ProcessEnv) {
  const options = { encoding: 'utf8', env: { ...process.env, ...env } } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [BOOTSTRAP, ...args], options);
  return { status, stdout, stderr };
}

void t.test('the file runs with its arguments, and its exit code is handed on', (t) => {
  const file = join(folder, 'print.ts');
  writeFileSync(file, 'console.log(process.argv.slice(2).join() satisfies string); process.exitCode = 7;');
  const result = bootstrap(['--no-control-plane', file, 'a', '--b'], {});
  t.strictSame(result, { status: 7, stdout: 'a,--b\n', stderr: '' });
  t.end();
});

void t.test('it is said when a control plane that is given makes a version that is asked for void', (t) => {
  const programs = join(folder, 'given');
  mkdirSync(programs);
  for (const name of PROGRAMS) symlinkSync(process.execPath, join(programs, name));
  const file = join(folder, 'which.ts');
  writeFileSync(file, 'console.log(process.env.LWS_CONTROL_PLANE);');
  const result = (version: string) =>
    bootstrap([file], { LWS_CONTROL_PLANE: programs, LWS_KUBERNETES_VERSION: version });
  const stdout = `${programs}\n`;
  t.strictSame(result(''), { status: 0, stdout, stderr: '' });
  const stderr = `LWS_CONTROL_PLANE is ${programs}, whatever version that is: LWS_KUBERNETES_VERSION=1.35.4 is not used.\n`;
  t.strictSame(result('1.35.4'), { status: 0, stdout, stderr });
  t.end();
});

void t.test('what cannot be set up is one sentence on stderr and exit code 1', (t) => {
  const programs = join(folder, 'programs');
  mkdirSync(programs);
  symlinkSync(process.execPath, join(programs, 'node'));
  const cases = [
    { title: 'no file', args: [], env: {}, expected: /^Name the file to run: .*\n$/ },
    {
      title: 'a version that is none',
      args: ['x.ts'],
      env: { LWS_CONTROL_PLANE: '', LWS_KUBERNETES_VERSION: 'latest' },
      expected: /^LWS_KUBERNETES_VERSION is "latest": set it to a full version such as v1\.\d+\.\d+\.\n$/,
    },
    {
      title: 'neither Go nor pip',
      args: ['x.ts'],
      env: { LWS_CONTROL_PLANE: '', PATH: programs, XDG_CACHE_HOME: join(folder, 'cache') },
      expected: /\nBuilding the control plane needs Go 1\.26 or newer, and .*: install Go from .*\.\n$/,
    },
  ];
  for (const { title, args, env, expected } of cases) {
    const { status, stdout, stderr } = bootstrap(args, env);
    t.match({ status, stdout, stderr }, { status: 1, stdout: '', stderr: expected }, title);
    t.notMatch(stderr, /^\s+at /m);
  }
  t.end();
});
