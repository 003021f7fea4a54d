import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Timeouts, listenAdmission } from '../../src/server/listen.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';

// The admission server as a process of its own: its memory and its failures are nobody else's.

const [directory = '', timeouts = '{}'] = process.argv.slice(2);
const given = JSON.parse(timeouts) as { timeouts?: Timeouts };
const read = (name: string): string => readFileSync(join(directory, name), 'utf8');

// Whoever asks has ended, perhaps without a chance to say so.
process.on('disconnect', () => {
  rmSync(directory, { recursive: true, force: true });
  process.exit();
});

const server = await listenAdmission({
  host: '127.0.0.1',
  port: 0,
  keyPair: { cert: read('apiserver.crt'), key: read('apiserver.key') },
  tls: {},
  gangScheduling: false,
  logger: createLogger({ level: 'error' }),
  metrics: createMetrics().webhook,
  ...given,
});
process.send?.({ port: server.address.port });

/** What this thread has worked so far, which is the same on a busy machine. */
const cpuMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

process.on('message', (wanted) => {
  if (wanted === 'cpu') return void process.send?.({ cpuMs: cpuMs() });
  // With what the engine keeps at hand for the next large body, which is as much as the largest so far left behind.
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  const { heapUsed, external, rss } = process.memoryUsage();
  const connections = process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
  process.send?.({ connections, usedMiB: (heapUsed + external) / 1024 / 1024, residentMiB: rss / 1024 / 1024 });
});
