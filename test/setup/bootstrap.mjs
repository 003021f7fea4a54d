// Runs a TypeScript file of this project on a machine where nothing is set up yet:
//   node test/setup/bootstrap.mjs [--no-control-plane | --with-install-tools] FILE.ts [arguments …]
// It needs nothing but Node.js 20 with npm, and Go or Python's pip the first time a control plane is wanted, or the tools that install on it.
import { fileURLToPath } from 'node:url';
import { buildControlPlane } from './build-control-plane.mjs';
import { buildInstallTools } from './build-install-tools.mjs';
import { findControlPlane } from './control-plane-folder.mjs';
import { explainFailure } from './explain-failure.mjs';
import { findNode } from './find-node.mjs';
import { installDependencies } from './install-dependencies.mjs';
import { findInstallTools } from './install-tools-folder.mjs';
import { kubernetesVersion } from './kubernetes-version.mjs';
import { runFile } from './run-file.mjs';
import { say } from './say.mjs';
import { SetupError } from './setup-error.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

const OPTIONS = ['--no-control-plane', '--with-install-tools'];

function chooseControlPlane() {
  const { LWS_CONTROL_PLANE: given, LWS_KUBERNETES_VERSION: version } = process.env;
  const found = findControlPlane();
  if (given && version && found === given)
    say(`LWS_CONTROL_PLANE is ${given}, whatever version that is: LWS_KUBERNETES_VERSION=${version} is not used.`);
  return found;
}

async function bootstrap(argv) {
  const option = OPTIONS.find((one) => one === argv[0]);
  const [file, ...args] = option === undefined ? argv : argv.slice(1);
  if (!file)
    throw new SetupError(
      `Name the file to run: node test/setup/bootstrap.mjs [${OPTIONS.join(' | ')}] FILE.ts [arguments …]`,
    );
  await installDependencies(root);
  const node = await findNode(root);
  const env = { ...process.env };
  if (option !== '--no-control-plane')
    env.LWS_CONTROL_PLANE = chooseControlPlane() ?? (await buildControlPlane(kubernetesVersion()));
  if (option === '--with-install-tools') env.LWS_INSTALL_TOOLS = findInstallTools() ?? (await buildInstallTools());
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
