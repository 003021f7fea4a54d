import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { explainFailure } from './explain-failure.mjs';
import { findGo } from './find-go.mjs';
import { goEnvironment } from './go-environment.mjs';
import { runStep } from './run-step.mjs';
import { SetupError } from './setup-error.mjs';

const HERE = fileURLToPath(new URL('../cluster/control-plane/', import.meta.url));

async function go(program, cwd, title, ...args) {
  const { code, output } = await runStep({ title, command: program, args, cwd, env: goEnvironment(program) });
  if (code !== 0) throw explainFailure(title, output);
  return output;
}

async function readModule(program, folder, version) {
  const output = await go(
    program,
    folder,
    `Downloading Kubernetes ${version}`,
    'mod',
    'download',
    '-json',
    `k8s.io/kubernetes@${version}`,
  );
  return readFileSync(/"GoMod": "(.+)"/.exec(output)[1], 'utf8');
}

/**
 * Returns the go.mod of a control plane of Kubernetes `version`, worked out from `kubernetes`, the text of that version's own go.mod:
 * what it replaces by folders of its repository is published as modules of the version v0.X.Y, and the etcd server must be the one it was tested with.
 */
export function goModText(version, kubernetes) {
  const goVersion = /^go (\S+)/m.exec(kubernetes)?.[1];
  const etcd = /go\.etcd\.io\/etcd\/(?:server|client)\/v3 (\S+)/.exec(kubernetes)?.[1];
  if (!goVersion || !etcd)
    throw new SetupError(`Kubernetes ${version} has a go.mod of an unknown form: choose another version.`);
  const staging = [...kubernetes.matchAll(/^\s*(?:replace )?(k8s\.io\/\S+) => \.\/staging\//gm)].map(
    ([, path]) => path,
  );
  const replaced = staging.map((path) => `\t${path} => ${path} ${version.replace('v1.', 'v0.')}`);
  return [
    'module control-plane',
    `go ${goVersion}`,
    `require (\n\tgo.etcd.io/etcd/server/v3 ${etcd}\n\tk8s.io/kubernetes ${version}\n)`,
    `replace (\n${replaced.join('\n')}\n)\n`,
  ].join('\n\n');
}

/** Writes to `folder` the Go module that builds a control plane of Kubernetes `version`. */
export async function deriveGoModule(version, folder) {
  const program = await findGo({ what: 'the control plane', setting: 'LWS_CONTROL_PLANE' });
  mkdirSync(folder, { recursive: true });
  if (folder !== HERE) copyFileSync(join(HERE, 'main.go'), join(folder, 'main.go'));
  writeFileSync(join(folder, 'go.mod'), goModText(version, await readModule(program, folder, version)));
  writeFileSync(join(folder, 'go.sum'), '');
  await go(program, folder, `Resolving the modules of Kubernetes ${version}`, 'mod', 'tidy');
}

// `node test/setup/derive-go-module.mjs v1.36.3` makes that version the default.
if (process.argv[1] === fileURLToPath(import.meta.url)) await deriveGoModule(process.argv[2], HERE);
