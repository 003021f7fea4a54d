import { execFile } from 'node:child_process';

/** Resolves to what a short-lived program wrote to stdout, or to undefined when it is missing or fails. */
export function readOutput(command, args, options = {}) {
  return new Promise((resolve) => {
    const limits = { timeout: 60_000, maxBuffer: 64 << 20 };
    execFile(command, args, { ...limits, ...options }, (error, stdout) => resolve(error ? undefined : stdout.trim()));
  });
}
