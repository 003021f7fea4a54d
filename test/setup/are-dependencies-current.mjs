import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const readPackages = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
};

const allows = (list, value) => list === undefined || list.includes(value) || list.includes('any');

function isInstalledRight(locked, installed, platform) {
  const forThisPlatform = allows(locked.os, platform.os) && allows(locked.cpu, platform.cpu);
  if (installed)
    return forThisPlatform && installed.version === locked.version && installed.integrity === locked.integrity;
  // An optional package without a platform of its own hangs on one that has (npm leaves both out),
  // and which C library is meant cannot be told cheaply: neither absence proves anything.
  const isForUs = forThisPlatform && (locked.os ?? locked.cpu) !== undefined && locked.libc === undefined;
  return locked.optional === true && !isForUs;
}

/** Tells whether node_modules under `root` holds just what package-lock.json pins for this platform. */
export function areDependenciesCurrent(root, platform = { os: process.platform, cpu: process.arch }) {
  const locked = readPackages(join(root, 'package-lock.json'));
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'));
  if (!locked || !installed) return false;
  return (
    Object.keys(installed).every((path) => path in locked) &&
    Object.entries(locked).every(([path, entry]) => path === '' || isInstalledRight(entry, installed[path], platform))
  );
}
