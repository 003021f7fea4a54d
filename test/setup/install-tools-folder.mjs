import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheRoot } from './cache-root.mjs';
import { hashFiles } from './hash-files.mjs';
import { isProgram } from './is-program.mjs';
import { say } from './say.mjs';

const PROGRAMS = ['helm', 'cert-manager'];
const DEFINITIONS = 'cert-manager-crds';

const SOURCES = ['helm/go.mod', 'helm/go.sum', 'cert-manager/main.go', 'cert-manager/go.mod', 'cert-manager/go.sum'];

const missing = (folder) => [
  ...PROGRAMS.filter((name) => !isProgram(join(folder, name))),
  ...(existsSync(join(folder, DEFINITIONS)) ? [] : [DEFINITIONS]),
];

/** Tells whether `folder` holds Helm, cert-manager, and cert-manager's CRDs. */
export const hasInstallTools = (folder) => missing(folder).length === 0;

/** Returns the cache folder in which the tools of this checkout are or will be. */
export const cachedInstallTools = () => {
  const digest = hashFiles(SOURCES.map((source) => new URL(`../cluster/${source}`, import.meta.url)));
  return join(cacheRoot(), `install-tools-${process.platform}-${process.arch}-${digest}`);
};

/** Returns the folder with all tools: LWS_INSTALL_TOOLS if that is one, else the cache's, or undefined when they have to be built. */
export function findInstallTools() {
  const given = process.env.LWS_INSTALL_TOOLS;
  if (given) {
    const lack = missing(given);
    if (lack.length === 0) return given;
    say(`LWS_INSTALL_TOOLS is ${given}, which lacks ${lack.join(', ')}: it is not used.`);
  }
  const cached = cachedInstallTools();
  return hasInstallTools(cached) ? cached : undefined;
}
