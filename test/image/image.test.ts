import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { build as buildPrograms } from '../setup/build.ts';
import { entryOf, imageScript } from './image-script.ts';
import { readDockerfile } from './read-dockerfile.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const stages = readDockerfile(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'));
const [build, image] = stages;
const options = {
  context: '/context',
  included: ['src', 'test/setup'],
  node: '/node',
  build: '/build',
  image: '/image',
};

const textsOf = (name: string, stage = build): string[] =>
  (stage?.instructions ?? []).flatMap((instruction) => (instruction.name === name ? [instruction.text] : []));

void t.test('npm run image does what the Dockerfile says', (t) => {
  const script = imageScript({ ...options, stages });
  const runs = textsOf('RUN');
  t.ok(runs.includes('npm ci --ignore-scripts') && runs.includes('npm run build'), 'from the lock file');
  t.strictSame(
    script.match(/^chroot \. sh -ec .*$/gm),
    runs.map((command) => `chroot . sh -ec '${`cd /lws; ${command}`.replaceAll("'", `'\\''`)}'`),
    'it runs the same commands, in the same order',
  );
  t.strictSame(
    script.match(/^mkdir -p \$\(dirname .*cp -r .*$/gm)?.map((line) => line.replace(/.*cp -r /, '')),
    [
      `'/context/package.json' ./lws/package.json`,
      `'/context/package-lock.json' ./lws/package-lock.json`,
      `'/context/src' ./lws/src`,
      `'/context/test/setup' ./lws/test/setup`,
      `'/build/usr/local/bin/node' ./usr/local/bin/node`,
      `'/build/programs/manager' ./manager`,
      `'/build/programs/lws' ./usr/local/bin/lws`,
      `'/context/LICENSE' ./LICENSE`,
      `'/build/lws/dist/THIRD_PARTY_NOTICES' ./THIRD_PARTY_NOTICES`,
      `'/build/usr/local/LICENSE' ./NODE_LICENSE`,
    ],
    'and copies the same files',
  );
  t.strictSame(entryOf(stages[1]!), { user: '65532:65532', command: ['/manager'] }, 'it starts it as that user');
  t.strictSame(
    stages.map(({ base }) => base),
    ['node:24.21.0-bookworm-slim', 'gcr.io/distroless/cc-debian12:nonroot'],
    'on these images, unless it is told of others',
  );
  t.strictSame(textsOf('RUN', image), [], 'the image has no shell that could run anything');
  t.throws(
    () => imageScript({ ...options, stages: readDockerfile('FROM a AS build\nADD b c\nFROM d') }),
    new Error('ADD b c: nothing is known of this instruction'),
    'an instruction that it does not know is not passed over',
  );
  t.end();
});

void t.test('what is built names every package in it, with its licence', async (t) => {
  const folder = join(ROOT, 'dist');
  if (process.env['LWS_MANAGER_IS_BUILT'] !== 'true') await buildPrograms(folder);
  const notices = readFileSync(join(folder, 'THIRD_PARTY_NOTICES'), 'utf8').split(/^-{80}$/m);
  const [, ...titles] = notices.map((notice) => notice.trim().split('\n', 1)[0] ?? '');
  const named = new Set(titles.map((title) => title.replace(/ .*/, '')));
  t.strictSame(
    titles.filter((title) => !/^[@\w./-]+ \d+\.\d+\.\d+ \([\w.-]+\)$/.test(title)),
    [],
    'each with its version',
  );
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  t.strictSame(
    Object.keys(dependencies).filter((name) => !named.has(name)),
    [],
    'all that the sources import',
  );
  // The names that the bundler leaves in the programs; it makes them from the paths of CommonJS modules.
  const inside = new Set(
    globSync('*.js', { cwd: folder }).flatMap((file) =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(/"node_modules\/((?:@[^/"]+\/)?[^/"]+)\/[^"]*"\(/g)].map(
        ([, name = '']) => name,
      ),
    ),
  );
  t.ok(inside.size > 20, 'they do have names');
  t.strictSame(
    [...inside].filter((name) => !named.has(name)),
    [],
    'all that the programs hold',
  );
  t.strictSame(
    notices.filter((notice) => notice.trim().split('\n').length < 3).map((notice) => notice.trim().split('\n')[0]),
    [notices[0]?.trim(), 'abstract-logging 2.0.1 (MIT)'],
    'with the text of the licence, where the package has it',
  );
});
