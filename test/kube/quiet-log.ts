import type { Log } from '../../src/kube/log.ts';

/** A log that only remembers. */
export const createQuietLog = () => {
  const lines: string[] = [];
  const write =
    (level: string) =>
    (_context: object, message: string): void => {
      lines.push(`${level}: ${message}`);
    };
  const log: Log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  return { log, lines };
};
