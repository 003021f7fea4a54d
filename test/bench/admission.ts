import { setTimeout as sleep } from 'node:timers/promises';
import { type ControlPlane, startControlPlane } from '../cluster/start-control-plane.ts';
import { type Manager, startManager } from '../cluster/start-manager.ts';
import { type Kind, admissionCorpus } from './admission-corpus.ts';
import { parseOptions } from '../parse-options.ts';
import { createCrowd } from './crowd.ts';
import { type Span, expirePods } from './expire-pods.ts';
import { type Measured, describeLatency, measureReviews, pidOf } from './measure-reviews.ts';
import { percentile } from './percentile.ts';
import { readProcessUsage } from './process-usage.ts';
import { readAsForeigner } from './read-as-foreigner.ts';
import { type Answer, sendAtRate } from './review-load.ts';
import { startApiFront } from './start-api-front.ts';
import { measureYardstick } from './yardstick.ts';

const USAGE = `npm run bench:admission -- [--seconds S] [--rounds N] [--rate R] [--pods P] [--only 'pod mutate'] [--profile FOLDER] [--peer 'COMMAND']

Starts the manager on a control plane of its own and measures what its reviews cost: CPU of the whole process per review, latency at eight
connections and at R reviews a second, and memory. Then P pods are created (0: none), and the latency is measured again while the reconciler
reads all of them anew, from the API server and from memory, and for comparison while another process reads them. Of N rounds of S seconds the cheapest is reported, in microseconds and in yardsticks taken around it. --profile
writes CPU profiles there. With --peer, another manager (a command that takes KUBECONFIG and --config=FILE) does the same afterwards, but
for the pods, and the ratios are printed.`;

const DISTURBED_SECONDS = 10;
const IDLE_SECONDS = 5;
const RATE_SECONDS = 10;
const RELISTS = 8;

type Wanted = {
  readonly kinds: readonly Kind[];
  readonly seconds: number;
  readonly rounds: number;
  readonly rate: number;
  readonly pods: number;
  readonly profile: string | undefined;
};

const describe = ({ name, target, perSecond, cpu, yardsticks, answers, memoryMiB }: Measured): string => {
  const goal = target === undefined ? '' : ` (target ${target})`;
  return `${name.padEnd(19)} CPU ${cpu.toFixed(0).padStart(5)} us = ${yardsticks.toFixed(1).padStart(5)} yardsticks${goal.padEnd(12)} ${perSecond.toFixed(0).padStart(5)} a second, ${describeLatency(answers)}  memory ${memoryMiB.toFixed(0)} MiB`;
};

const measureIdle = async (manager: Manager): Promise<void> => {
  const before = readProcessUsage(pidOf(manager)).cpuSeconds;
  await sleep(IDLE_SECONDS * 1000);
  const { cpuSeconds, nowMiB } = readProcessUsage(pidOf(manager));
  const share = ((cpuSeconds - before) / IDLE_SECONDS) * 1000;
  console.log(`idle: ${share.toFixed(1)} ms of CPU a second, memory ${nowMiB.toFixed(0)} MiB`);
};

const portOf = ({ origin }: Manager): number => Number(new URL(origin).port);

const measureAtRate = async (manager: Manager, { requests }: Kind, perSecond: number, seconds: number) => {
  const answers = await sendAtRate(portOf(manager), requests, { perSecond, seconds });
  console.log(`at ${perSecond} a second for ${seconds} s: ${describeLatency(answers)}`);
  return answers;
};

const isWithin =
  ({ from, to }: Span) =>
  ({ dueAt }: Answer): boolean =>
    dueAt >= from && dueAt <= to;

const p99 = (answers: readonly Answer[]): number =>
  percentile(
    answers.map(({ ms }) => ms),
    99,
  );

/** What may be going on while reviews are answered: resolves when it is over, to when that was. */
type Disturbance = { readonly name: string; readonly disturb: () => Promise<Span> };

const measureRelists = async (
  manager: Manager,
  disturbances: readonly Disturbance[],
  { kinds: [kind], rate }: Wanted,
): Promise<void> => {
  if (kind === undefined) return;
  const send = (seconds: number): Promise<Answer[]> =>
    sendAtRate(portOf(manager), kind.requests, { perSecond: rate, seconds });
  const idle: Answer[] = [];
  const disturbed = new Map<string, { readonly answers: Answer[]; readonly seconds: number[] }>();
  // In turn, as what else this machine does changes from minute to minute.
  for (let round = 0; round < RELISTS; round += 1) {
    idle.push(...(await send(IDLE_SECONDS)));
    for (const { name, disturb } of disturbances) {
      const sent = send(DISTURBED_SECONDS);
      const span = await disturb();
      const { answers, seconds } = disturbed.get(name) ?? { answers: [], seconds: [] };
      answers.push(...(await sent).filter(isWithin(span)));
      seconds.push((span.to - span.from) / 1000);
      disturbed.set(name, { answers, seconds });
    }
  }
  console.log(`otherwise: ${describeLatency(idle)}`);
  for (const [name, { answers, seconds }] of disturbed)
    console.log(
      `while ${name} (${RELISTS} times ${percentile(seconds, 50).toFixed(1)} s): ${describeLatency(answers)}; p99 is ${(p99(answers) / p99(idle)).toFixed(1)} of otherwise`,
    );
};

const disturbancesOf = (cluster: ControlPlane, url: string): Disturbance[] => {
  const front = { url, ca: cluster.ca };
  return [
    { name: 'another process reads all pods', disturb: () => readAsForeigner(cluster) },
    { name: 'the reconciler reads all pods anew', disturb: () => expirePods(front, { fromMemory: false }) },
    {
      name: 'it reads them anew from memory, so that the API server has no work with it',
      disturb: () => expirePods(front, { fromMemory: true }),
    },
  ];
};

const play = async (wanted: Wanted, peer?: readonly string[]): Promise<Measured[]> => {
  const cluster = await startControlPlane({ nodes: false });
  try {
    const env = wanted.profile === undefined ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${wanted.profile}` };
    const configuration = { leaderElection: { leaderElect: true } };
    const url = await startApiFront(cluster);
    const manager = await startManager(cluster, {
      env,
      configuration,
      ...(peer === undefined ? { apiServer: url } : { peer }),
    });
    await measureIdle(manager);
    const all: Measured[] = [];
    for (const kind of wanted.kinds) {
      const measured = await measureReviews(manager, kind, wanted);
      all.push(measured);
      console.log(describe(measured));
    }
    const [first] = wanted.kinds;
    if (first !== undefined) await measureAtRate(manager, first, wanted.rate, RATE_SECONDS);
    if (peer === undefined && wanted.pods > 0) {
      await createCrowd(cluster, wanted.pods);
      console.log(`\nwith ${wanted.pods} pods`);
      await measureIdle(manager);
      await measureRelists(manager, disturbancesOf(cluster, url), wanted);
    }
    await manager.stop();
    return all;
  } finally {
    await cluster.stop();
  }
};

const compare = (ours: readonly Measured[], theirs: readonly Measured[]): void => {
  console.log('\nours / theirs');
  for (const [index, one] of ours.entries()) {
    const other = theirs[index];
    if (other === undefined) continue;
    const latency = (p99(one.answers) / p99(other.answers)).toFixed(2);
    console.log(
      `${one.name.padEnd(19)} CPU ${(one.yardsticks / other.yardsticks).toFixed(2)}  p99 ${latency}  memory ${(one.memoryMiB / other.memoryMiB).toFixed(2)}`,
    );
  }
};

const values = parseOptions(
  {
    options: {
      seconds: { type: 'string', default: '5' },
      rounds: { type: 'string', default: '3' },
      rate: { type: 'string', default: '500' },
      pods: { type: 'string', default: '10000' },
      only: { type: 'string' },
      profile: { type: 'string' },
      peer: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  },
  USAGE,
);

const measure = async (wanted: Wanted, peer: string | undefined): Promise<void> => {
  console.log(`yardstick ${measureYardstick().toFixed(2)} us\n`);
  for (const { name, requests, meanBytes } of wanted.kinds)
    console.log(
      `${name.padEnd(19)} ${requests.length} different reviews of ${(meanBytes / 1000).toFixed(1)} KB on average`,
    );
  console.log('\nours');
  const ours = await play(wanted);
  if (peer === undefined) return;
  console.log(`\ntheirs: ${peer}`);
  compare(ours, await play(wanted, peer.split(/\s+/)));
};

if (values.help) console.log(USAGE);
else {
  const { only, profile, peer } = values;
  const kinds = admissionCorpus().filter(({ name }) => only === undefined || name === only);
  const [seconds, rounds, rate, pods] = [values.seconds, values.rounds, values.rate, values.pods].map(Number) as [
    number,
    number,
    number,
    number,
  ];
  if (kinds.length === 0 || !(seconds > 0) || !(rounds >= 1) || !(rate > 0) || !(pods >= 0)) {
    console.error(`the numbers must be positive, and --only a kind of review\n\n${USAGE}`);
    process.exit(2);
  }
  await measure({ kinds, seconds, rounds, rate, pods, profile }, peer);
}
process.exit();
