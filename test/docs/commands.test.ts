import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { build } from '../setup/build.ts';
import { COMMANDS } from './commands.ts';
import { commandsOf } from './find-commands.ts';
import { fencesOf, readPages } from './pages.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

if (process.env['LWS_MANAGER_IS_BUILT'] !== 'true') await build();

const pages = readPages().filter(({ path }) => /^(?:README|docs|deploy)/.test(path));

const programs = mkdtempSync(join(tmpdir(), 'lws-docs-'));
t.teardown(() => rmSync(programs, { recursive: true }));
writeFileSync(join(programs, 'lws'), `#!/bin/sh\nexec node '${ROOT}dist/lws.js' "$@"\n`, { mode: 0o755 });

const PATH = [programs, dirname(process.execPath), process.env['PATH']].join(delimiter);

const run = (command: string): SpawnSyncReturns<string> =>
  spawnSync('sh', ['-c', command], { cwd: ROOT, encoding: 'utf8', env: { PATH } });

void t.test('it is known of every command of the documentation how it is tested', (t) => {
  const known = new Set(COMMANDS.map(({ command }) => command));
  const named = new Set(pages.flatMap(commandsOf));
  t.same(
    [...named].filter((command) => !known.has(command)),
    [],
    'every command is in the table',
  );
  t.same(
    [...known].filter((command) => !named.has(command)),
    [],
    'the table holds no other',
  );
  t.end();
});

void t.test('what is said to be tested elsewhere is tested there', (t) => {
  for (const entry of COMMANDS)
    if ('test' in entry)
      t.ok(
        existsSync(join(ROOT, entry.test)) && readFileSync(join(ROOT, entry.test), 'utf8').includes(entry.contains),
        `${entry.command}: ${entry.test} contains ${entry.contains}`,
      );
  t.end();
});

void t.test('every npm script that is named exists', (t) => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const named = COMMANDS.flatMap(({ command }) => /^npm run (\S+)/.exec(command)?.[1] ?? []);
  t.same(
    named.filter((name) => scripts[name] === undefined),
    [],
  );
  t.end();
});

void t.test('commands that need no cluster work', (t) => {
  for (const entry of COMMANDS) {
    if (!('run' in entry) || entry.run !== 'here') continue;
    const { status, stderr } = run(entry.as ?? entry.command);
    t.equal(status, entry.exit ?? 0, `${entry.command}: ${stderr}`);
  }
  t.end();
});

void t.test('sessions print what they show', (t) => {
  const sessions = pages.flatMap(fencesOf).filter(({ language }) => language === 'console');
  t.ok(sessions.length > 0);
  for (const { page, line, text } of sessions) {
    const [command = '', ...printed] = text.split('\n');
    t.equal(run(command.replace(/^\$ /, '')).stdout, printed.join('\n'), `${page}, line ${line}`);
  }
  t.end();
});
