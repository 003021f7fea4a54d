import { setImmediate } from 'node:timers/promises';
import t from 'tap';
import type { EndOptions } from '../../src/cli/end-on-signal.ts';
import { endOnSignal } from '../../src/cli/end-on-signal.ts';
import { createLogger } from '../../src/telemetry/logger.ts';

type Gate = { readonly name: string; readonly promise: Promise<void>; readonly resolve: () => void };

const createGate = (name: string): Gate => {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { name, promise, resolve };
};

/** A process that can be sent signals, and the story of its end. */
const setUp = (options: Partial<EndOptions> = {}) => {
  const story: string[] = [];
  const handlers = new Map<string, () => void>();
  const exited = Promise.withResolvers<number>();
  const gates = { lease: createGate('lease'), admission: createGate('admission'), metrics: createGate('metrics') };
  const closing = ({ name, promise }: Gate) => ({
    name,
    close: async (): Promise<void> => {
      story.push(`closing ${name}`);
      await promise;
      story.push(`closed ${name}`);
    },
  });
  endOnSignal({
    drain: () => story.push('draining'),
    meanwhile: [closing(gates.lease)],
    drainMs: 0,
    closings: [closing(gates.admission), closing(gates.metrics)],
    log: createLogger({
      level: 'info',
      destination: { write: (line) => void story.push((JSON.parse(line) as { msg: string }).msg) },
    }),
    host: {
      on: (signal, end) => handlers.set(signal, end),
      exit: (code) => {
        story.push(`exit ${code}`);
        exited.resolve(code);
      },
    },
    ...options,
  });
  return { story, gates, send: (signal: string) => handlers.get(signal)?.(), exited: exited.promise };
};

const BEGUN = ['shutting down', 'draining', 'closing lease'];

void t.test('clients are sent away, the lease is given back, and only then is everything closed', async (t) => {
  for (const signal of ['SIGTERM', 'SIGINT']) {
    const { story, gates, send, exited } = setUp();
    send(signal);
    await setImmediate();
    await setImmediate();
    t.strictSame(story, BEGUN, signal);
    gates.lease.resolve();
    gates.admission.resolve();
    gates.metrics.resolve();
    t.equal(await exited, 0);
    const end = [
      'closed lease',
      'closing admission',
      'closing metrics',
      'closed admission',
      'closed metrics',
      'exit 0',
    ];
    t.strictSame(story, [...BEGUN, ...end]);
  }
});

void t.test('a second signal ends at once', (t) => {
  const { story, send } = setUp();
  send('SIGTERM');
  send('SIGINT');
  t.strictSame(story, [...BEGUN, 'exit 1']);
  t.end();
});

void t.test('what does not close is cut off', async (t) => {
  const { story, gates, send, exited } = setUp({ closeMs: 1 });
  gates.lease.resolve();
  gates.metrics.resolve();
  send('SIGTERM');
  t.equal(await exited, 0);
  t.notOk(story.includes('closed admission'));
});

void t.test('what cannot be closed is no reason not to end well', async (t) => {
  const broken = { name: 'broken', close: () => Promise.reject(new Error('no')) };
  const { story, send, exited } = setUp({ meanwhile: [broken], closings: [broken] });
  send('SIGTERM');
  t.equal(await exited, 0);
  t.strictSame(story, ['shutting down', 'draining', 'could not close', 'could not close', 'exit 0']);
});

void t.test('an end that takes too long is cut short, and says so', async (t) => {
  const { story, send, exited } = setUp({ longestMs: 1 });
  // The limit alone keeps no process alive.
  const alive = setInterval(() => undefined, 1_000);
  t.teardown(() => clearInterval(alive));
  send('SIGTERM');
  t.equal(await exited, 1);
  t.strictSame(story, [...BEGUN, 'shutting down takes too long', 'exit 1']);
});
