import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { CommandIO } from './command-io.ts';

/** The files and standard streams of this process. A reader that stops early, such as `head`, ends the process quietly. */
export const createProcessIO = (): CommandIO => {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  return {
    readFile: (path) => readFile(path, 'utf8'),
    stdin: () => text(process.stdin),
    stdout: (chunk) => void process.stdout.write(chunk),
    stderr: (chunk) => void process.stderr.write(chunk),
  };
};
