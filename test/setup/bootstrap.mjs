// Runs a TypeScript file of this project on a machine where nothing is set up yet:
//   node test/setup/bootstrap.mjs [--no-control-plane] FILE.ts [arguments …]
// It needs nothing but Node.js 20 with npm, and Go or Python's pip the first time a control plane is wanted.
import { fileURLToPath } from 'node:url';
import { buildControlPlane } from './build-control-plane.mjs';
import { findControlPlane } from './control-plane-folder.mjs';
import { explainFailure } from './explain-failure.mjs';
import { findNode } from './find-node.mjs';
import { installDependencies } from './install-dependencies.mjs';
import { kubernetesVersion } from './kubernetes-version.mjs';
import { runFile } from './run-file.mjs';
import { say } from './say.mjs';
import { SetupError } from './setup-error.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

async function bootstrap(argv) {
  const wantsControlPlane = argv[0] !== '--no-control-plane';
  const [file, ...args] = wantsControlPlane ? argv : argv.slice(1);
  if (!file)
    throw new SetupError(
      'Name the file to run: node test/setup/bootstrap.mjs [--no-control-plane] FILE.ts [arguments …]',
    );
  await installDependencies(root);
  const node = await findNode(root);
  const env = { ...process.env };
  if (wantsControlPlane) env.LWS_CONTROL_PLANE = findControlPlane() ?? (await buildControlPlane(kubernetesVersion()));
  return await runFile({ node, root, file, args, env });
}

const isExpected = (error) => error instanceof SetupError;
const isFromTheSystem = (error) => typeof error?.code === 'string';

try {
  process.exitCode = await bootstrap(process.argv.slice(2));
} catch (error) {
  if (!isExpected(error) && !isFromTheSystem(error)) throw error;
  say((isExpected(error) ? error : explainFailure('Setting up', error.message)).message);
  process.exitCode = 1;
}
