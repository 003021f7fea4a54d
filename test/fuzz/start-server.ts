import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Timeouts } from '../../src/server/listen.ts';
import { createPki } from '../cluster/pki.ts';

const PROGRAM = fileURLToPath(new URL('serve-admission.ts', import.meta.url));

export type Memory = { readonly usedMiB: number; readonly residentMiB: number; readonly connections: number };

export type FuzzedServer = {
  readonly port: number;
  readonly pid: number;
  /** What is in use after a garbage collection of the thorough kind, and what the process holds then. */
  readonly readMemory: () => Promise<Memory>;
  /** The processor time that the thread which answers has used so far. */
  readonly readCpuMs: () => Promise<number>;
  readonly hasEnded: () => boolean;
  readonly stop: () => Promise<void>;
};

/** Starts an admission server in a process of its own. */
export const startServer = async (timeouts?: Timeouts): Promise<FuzzedServer> => {
  const directory = mkdtempSync(join(tmpdir(), 'lws-fuzz-'));
  await createPki(directory);
  const child = fork(PROGRAM, [directory, JSON.stringify({ timeouts })], { execArgv: ['--expose-gc'] });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return {
    port,
    pid: child.pid ?? 0,
    readMemory: async () => {
      child.send('memory');
      const [memory] = (await once(child, 'message')) as [Memory];
      return memory;
    },
    readCpuMs: async () => {
      child.send('cpu');
      const [{ cpuMs }] = (await once(child, 'message')) as [{ cpuMs: number }];
      return cpuMs;
    },
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    stop: async () => {
      const gone = once(child, 'exit');
      if (child.kill()) await gone;
      rmSync(directory, { recursive: true, force: true });
    },
  };
};
