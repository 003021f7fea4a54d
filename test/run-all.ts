import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countTests } from './count-tests.ts';
import { build } from './setup/build.ts';

/** Everything that a change can break, cheapest first. */
const CHECKS: readonly { readonly name: string; readonly command: readonly string[] }[] = [
  { name: 'format', command: ['prettier', '--check', '--log-level', 'warn', '.'] },
  { name: 'types', command: ['tsc'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'dead code', command: ['knip', '--no-progress'] },
];

const files = (cluster: boolean): string[] =>
  globSync('test/**/*.test.ts').filter((file) => file.startsWith('test/cluster/') === cluster);

/** Two files at once: tests that start whole processes need a core, and those of the cluster have a control plane of their own. */
const SUITES: readonly { readonly name: string; readonly args: readonly string[] }[] = [
  { name: 'unit tests', args: ['--jobs=2', ...files(false)] },
  { name: 'cluster tests', args: ['--jobs=2', '--timeout=300', ...files(true)] },
];

const run = (command: readonly string[]): boolean => {
  const [program = '', ...args] = command;
  return spawnSync(program, args, { stdio: 'inherit' }).status === 0;
};

/** What tap wrote of each failed assertion, with a few lines of its cause. */
const failures = (tap: string): string => {
  const lines = tap.split('\n');
  return lines.flatMap((line, i) => (/^\s*not ok/.test(line) ? lines.slice(i, i + 25) : [])).join('\n');
};

let passed = 0;
let failed = 0;
const fail = (what: string): void => {
  failed += 1;
  console.error(`✗ ${what} failed`);
};

for (const { name, command } of CHECKS) {
  console.log(`• ${name}`);
  if (run(command)) passed += 1;
  else fail(name);
}

console.log('• build');
await build().then(
  () => (process.env['LWS_MANAGER_IS_BUILT'] = 'true'),
  () => fail('build'),
);

const directory = mkdtempSync(join(tmpdir(), 'lws-tests-'));
for (const { name, args } of SUITES) {
  console.log(`• ${name}`);
  const output = join(directory, `${name.replaceAll(' ', '-')}.tap`);
  const succeeded = run(['tap', '--reporter=terse', `--output-file=${output}`, ...args]);
  const tap = existsSync(output) ? readFileSync(output, 'utf8') : '';
  const counted = countTests(tap);
  // Without a terminal tap says nothing of what failed.
  if (counted.failed > 0) console.log(failures(tap));
  passed += counted.passed;
  failed += counted.failed;
  if (counted.passed + counted.failed === 0) fail(`${name}: no test ran, which`);
  else if (!succeeded && counted.failed === 0) fail(name);
}
rmSync(directory, { recursive: true, force: true });

// What tap writes last, to show the cursor again, has no line feed; this line must stand alone.
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
