import t from 'tap';
import { superviseReconciler } from '../../src/cli/reconciler-supervisor.ts';
import { DEFAULT_CONFIGURATION } from '../../src/config/default-configuration.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { waitFor } from '../cluster/wait-for.ts';

const SETTINGS = {
  configuration: DEFAULT_CONFIGURATION,
  kubeconfig: undefined,
  namespace: 'lws-system',
  identity: 'me',
  logLevel: 'info',
} as const;

/** Supervises a thread that runs this text, by a clock that is turned by hand. */
const supervise = (text: string) => {
  const lines: string[] = [];
  const log = createLogger({ level: 'warn', destination: { write: (line) => void lines.push(line) } });
  const script = `import { parentPort, workerData } from 'node:worker_threads';\n${text}`;
  let ms = 0;
  const supervisor = superviseReconciler(
    new URL(`data:text/javascript,${encodeURIComponent(script)}`),
    SETTINGS,
    log,
    () => ms,
  );
  return { supervisor, lines, pass: (more: number) => (ms += more) };
};

/** Tells that all is well at once, and then what it is told. */
const OBEDIENT = `
  parentPort.postMessage({ kind: 'alive', leading: false, unsynced: undefined });
  parentPort.on('message', ({ kind, id, level }) => {
    if (kind === 'stop') parentPort.close();
    if (kind === 'logLevel') workerData.logLevel = level;
    if (kind === 'metrics') parentPort.postMessage({ kind, id, families: [{ name: workerData.logLevel }] });
  });`;

void t.test('tells what a healthy thread tells, and ends it', async (t) => {
  const { supervisor, lines, pass } = supervise(OBEDIENT);
  t.equal(supervisor.unsynced(), 'the reconciler has not begun to read');
  await waitFor('sync', () => supervisor.unsynced() === undefined);
  supervisor.setLogLevel('debug');
  t.match(await supervisor.readMetrics(), [{ name: 'debug' }]);
  pass(60_000);
  t.equal(supervisor.problem(), undefined);
  await supervisor.stop();
  t.strictSame([await supervisor.readMetrics(), lines], [[], []], 'without a complaint');
});

void t.test('tells of a thread that is silent', async (t) => {
  const { supervisor, pass } = supervise('parentPort.on("message", () => parentPort.close());');
  pass(61_000);
  t.equal(supervisor.problem(), 'the reconciler has been silent for 61 s');
  await supervisor.stop();
});

void t.test('starts a thread again, and tells of one that ends before it has said anything', async (t) => {
  const { supervisor, lines, pass } = supervise('throw new Error("no reconciler");');
  await waitFor('second start', () => lines.length >= 3);
  t.match(
    lines.slice(0, 3).map((line) => (JSON.parse(line) as { msg: string }).msg),
    ['the reconciler failed', 'the reconciler has ended and will be started again', 'the reconciler failed'],
  );
  pass(61_000);
  t.equal(supervisor.problem(), 'the reconciler has been silent for 61 s');
  await supervisor.stop();
});

/** Tells whether it is a successor, and ends when it has told that it is none. */
const REPLACED = `
  parentPort.postMessage({ kind: 'alive', leading: false, unsynced: undefined });
  parentPort.on('message', ({ kind, id }) => {
    if (kind === 'metrics') parentPort.postMessage({ kind, id, families: [{ name: String(workerData.isSuccessor) }] });
    if (kind === 'stop' || !workerData.isSuccessor) parentPort.close();
  });`;

void t.test('tells a thread that an earlier one had seen everything', async (t) => {
  const { supervisor } = supervise(REPLACED);
  await waitFor('sync', () => supervisor.unsynced() === undefined);
  t.match(await supervisor.readMetrics(), [{ name: 'false' }]);
  const read = async (): Promise<boolean> => (await supervisor.readMetrics())[0]?.name === 'true';
  await waitFor('successor', read);
  await supervisor.stop();
});
