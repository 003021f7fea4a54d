import type { Manager } from '../cluster/start-manager.ts';
import type { Kind } from './admission-corpus.ts';
import { percentile } from './percentile.ts';
import { readProcessUsage } from './process-usage.ts';
import { type Answer, sendAtFullSpeed } from './review-load.ts';
import { measureYardstick } from './yardstick.ts';

export type Measured = {
  readonly name: string;
  readonly target: number | undefined;
  readonly perSecond: number;
  /** Microseconds of CPU of the whole manager per review. */
  readonly cpu: number;
  readonly yardsticks: number;
  readonly answers: readonly Answer[];
  readonly memoryMiB: number;
};

/** The id of the manager's process, which has to be running. */
export const pidOf = (manager: Manager): number => {
  const pid = manager.pid();
  if (pid === undefined) throw new Error('the manager does not run');
  return pid;
};

/** Sends reviews of one kind for that long, and again as often as asked: the cheapest time is the one that others disturbed least. */
export const measureReviews = async (
  manager: Manager,
  { name, requests, target }: Kind,
  { seconds, rounds }: { readonly seconds: number; readonly rounds: number },
): Promise<Measured> => {
  const pid = pidOf(manager);
  const port = Number(new URL(manager.origin).port);
  // Until the compiler has seen enough.
  await sendAtFullSpeed(port, requests, 3);
  const measured: Measured[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const yardstickBefore = measureYardstick();
    const before = readProcessUsage(pid).cpuSeconds;
    const answers = await sendAtFullSpeed(port, requests, seconds);
    const after = readProcessUsage(pid);
    const cpu = ((after.cpuSeconds - before) * 1e6) / answers.length;
    const yardstick = (yardstickBefore + measureYardstick()) / 2;
    const perSecond = answers.length / seconds;
    measured.push({ name, target, perSecond, cpu, yardsticks: cpu / yardstick, answers, memoryMiB: after.nowMiB });
  }
  return measured.reduce((best, one) => (one.yardsticks < best.yardsticks ? one : best));
};

/** `p50 1.23 ms, p99 4.56 ms` */
export const describeLatency = (answers: readonly Answer[]): string => {
  const times = answers.map(({ ms }) => ms);
  return `p50 ${percentile(times, 50).toFixed(2)} ms, p99 ${percentile(times, 99).toFixed(2)} ms`;
};
