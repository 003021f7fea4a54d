import { join } from 'node:path';
import { cacheRoot } from './cache-root.mjs';
import { hashFiles } from './hash-files.mjs';
import { isProgram } from './is-program.mjs';
import { kubernetesVersion } from './kubernetes-version.mjs';
import { say } from './say.mjs';

/** The programs that make up a control plane, by the names they are called by. */
export const PROGRAMS = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl', 'kwok'];

const SOURCES = [
  '../cluster/control-plane/main.go',
  '../cluster/control-plane/go.mod',
  '../cluster/control-plane/go.sum',
  '../cluster/kwok/go.mod',
  '../cluster/kwok/go.sum',
];

const sourcesHash = () => hashFiles(SOURCES.map((source) => new URL(source, import.meta.url)));

const missingPrograms = (folder) => PROGRAMS.filter((name) => !isProgram(join(folder, name)));

/** Tells whether `folder` holds all six programs. */
export const isComplete = (folder) => missingPrograms(folder).length === 0;

/** Returns the cache folder in which the control plane of this checkout and `version` is or will be. */
export const cachedFolder = (version) =>
  join(cacheRoot(), `${version}-${process.platform}-${process.arch}-${sourcesHash()}`);

/** Returns the folder with a complete control plane: LWS_CONTROL_PLANE if that is one, else the cache's, or undefined when it has to be built. */
export function findControlPlane() {
  const given = process.env.LWS_CONTROL_PLANE;
  if (given) {
    const missing = missingPrograms(given);
    if (missing.length === 0) return given;
    say(`LWS_CONTROL_PLANE is ${given}, which lacks ${missing.join(', ')}: it is not used.`);
  }
  const cached = cachedFolder(kubernetesVersion());
  return isComplete(cached) ? cached : undefined;
}
