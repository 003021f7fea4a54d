import { readFileSync } from 'node:fs';
import t from 'tap';
import { entryOf, imageScript } from './image-script.ts';
import { readDockerfile } from './read-dockerfile.ts';

const stages = readDockerfile(readFileSync(new URL('../../Dockerfile', import.meta.url), 'utf8'));
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
    ],
    'and copies the same files',
  );
  t.strictSame(entryOf(stages[1]!), { user: '65532:65532', command: ['/manager'] }, 'it starts it as that user');
  t.strictSame(textsOf('RUN', image), [], 'the image has no shell that could run anything');
  t.throws(
    () => imageScript({ ...options, stages: readDockerfile('FROM a AS build\nADD b c\nFROM d') }),
    new Error('ADD b c: nothing is known of this instruction'),
    'an instruction that it does not know is not passed over',
  );
  t.end();
});
