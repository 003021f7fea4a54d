// Builds the image as the Dockerfile says, without Docker, and starts it as a cluster does: as its user, with a root file system that cannot be
// written to and that holds the files of the image alone. Needs Linux, root, and the npm registry.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { globSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../cluster/free-ports.ts';
import { installManager, leaderWorkerSetCRD, registerWebhookService } from '../cluster/install-manager.ts';
import { startControlPlane } from '../cluster/start-control-plane.ts';
import { waitFor } from '../cluster/wait-for.ts';
import { entryOf, imageScript } from './image-script.ts';
import { readDockerfile } from './read-dockerfile.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

const folder = mkdtempSync(join(tmpdir(), 'lws-image-'));
const [build, image] = [join(folder, 'build'), join(folder, 'image')] as const;
for (const one of [build, image]) mkdirSync(one);
const stages = readDockerfile(read('Dockerfile'));
const [, last] = stages;
if (last === undefined || process.getuid?.() !== 0) throw new Error('npm run image has to be run as root');

const buildImage = (): void => {
  const included = [...read('.dockerignore').matchAll(/^!(.+)$/gm)].map(([, path = '']) => path);
  const script = imageScript({ stages, context: ROOT, included, node: process.execPath, build, image });
  const env = { ...process.env, PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', HOME: '/root' };
  const args = ['--mount', '--propagation', 'private', 'sh', '-c', script];
  const { status } = spawnSync('unshare', args, { env, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`the steps of the Dockerfile failed with ${status}`);
};

/** A digest of everything in the image: names, sizes, and when they were changed. */
const digestImage = (): string => {
  const hash = createHash('sha256');
  for (const file of globSync('**/*', { cwd: image }).sort()) {
    const { size, mtimeMs } = lstatSync(join(image, file));
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
};

const runImage = async (): Promise<void> => {
  const cluster = await startControlPlane({ crds: leaderWorkerSetCRD(), nodes: false });
  try {
    const [service = 0, webhook = 0, health = 0] = await freePorts(3);
    await installManager(cluster.client);
    await registerWebhookService(cluster.client, service);
    const kubeconfig = await cluster.kubeconfigForServiceAccount('lws-system', 'lws-controller-manager');
    const configuration = {
      webhook: { host: '127.0.0.1', port: webhook },
      health: { healthProbeBindAddress: `127.0.0.1:${health}` },
      metrics: { bindAddress: '0' },
    };
    // What a cluster would mount.
    writeFileSync(join(image, 'controller_manager_config.yaml'), JSON.stringify(configuration));
    writeFileSync(join(image, 'kubeconfig'), readFileSync(kubeconfig));
    const before = digestImage();

    const { user, command } = entryOf(last);
    const start = [
      'cd "$0"; mount --bind . .; mount -o remount,bind,ro "$0"; cd "$0"',
      'mount -t proc proc proc; mount --rbind /dev dev',
      `exec setpriv --no-new-privs chroot --userspec=${user} . ${command.join(' ')} --config=/controller_manager_config.yaml`,
    ];
    const log = join(folder, 'manager.log');
    const child = cluster.spawn({
      program: 'unshare',
      args: [
        '--mount',
        '--propagation',
        'private',
        '--pid',
        '--fork',
        '--kill-child',
        'sh',
        '-ec',
        start.join('\n'),
        image,
      ],
      log,
      env: { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', KUBECONFIG: '/kubeconfig' },
    });
    try {
      await waitFor('ready manager', async () => {
        if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
        return (await fetch(`http://127.0.0.1:${health}/readyz`)).ok;
      });
    } catch (error) {
      console.error(readFileSync(log, 'utf8'));
      throw error;
    }
    const inside = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim();
    const identity = /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${inside}/status`, 'utf8'))?.[1];
    child.ref();
    const gone = once(child, 'exit');
    process.kill(Number(inside), 'SIGTERM');
    await gone;
    const complaints = readFileSync(log, 'utf8').match(/.*(?:EROFS|EACCES|EPERM|read-only file system).*/g) ?? [];
    if (`${identity}:${identity}` !== user) throw new Error(`it ran as ${identity} and not as ${user}`);
    if (child.exitCode !== 0) throw new Error(`it ended with ${child.exitCode}`);
    if (complaints.length > 0 || digestImage() !== before)
      throw new Error(`it wrote to its files: ${complaints.join('\n')}`);
    console.log(`The image was ready as user ${user}, wrote nothing, and ended well.`);
  } finally {
    await cluster.stop();
  }
};

try {
  buildImage();
  const sizes = globSync('**/*', { cwd: image }).map((file) => lstatSync(join(image, file)).size);
  const megabytes = sizes.reduce((sum, size) => sum + size, 0) / 1e6;
  console.log(`Built an image of ${sizes.length} files and folders, ${megabytes.toFixed(0)} MB.`);
  await runImage();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
