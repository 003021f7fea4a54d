import type { WriteCounts } from './count-writes.ts';
import type { ProcessUsage } from './process-usage.ts';

/** What was measured of one phase. */
export type Phase = {
  readonly name: string;
  readonly seconds: number;
  readonly usage: ProcessUsage;
  readonly writes: WriteCounts;
};
/** One phase in words; `yardstick` is in microseconds. */
export const describePhase = ({ name, seconds, usage, writes }: Phase, yardstick: number): string => {
  const millions = (usage.cpuSeconds * 1e6) / yardstick / 1e6;
  const kinds = writes.byKind.map(([kind, count]) => `${count} ${kind}`).join(', ');
  return `${name.padEnd(16)} ${seconds.toFixed(1).padStart(7)} s  CPU ${usage.cpuSeconds.toFixed(2).padStart(6)} s = ${millions.toFixed(2)} million yardsticks  memory ${usage.nowMiB.toFixed(0)} MiB, peak ${usage.peakMiB.toFixed(0)} MiB
                 ${writes.total} writes (${writes.conflicts} conflicts), ${writes.others} besides events and status, ${(writes.status / seconds).toFixed(2)} status a second: ${kinds || 'none'}`;
};

/** Prints what ours took in parts of what another took. */
export const compareWithPeer = (ours: readonly Phase[], theirs: readonly Phase[]): void => {
  console.log('\nours / theirs');
  for (const phase of ours) {
    const other = theirs.find(({ name }) => name === phase.name);
    if (other === undefined) continue;
    const ratio = (a: number, b: number): string => (b === 0 ? '-' : (a / b).toFixed(2));
    console.log(
      `${phase.name.padEnd(16)} time ${ratio(phase.seconds, other.seconds)}  CPU ${ratio(phase.usage.cpuSeconds, other.usage.cpuSeconds)}  peak memory ${ratio(phase.usage.peakMiB, other.usage.peakMiB)}  writes ${ratio(phase.writes.total, other.writes.total)}`,
    );
  }
};

/** Prints what was measured on a cluster of its own beside what was measured among foreign objects. */
export const compareAmongForeign = (without: readonly Phase[], among: readonly Phase[]): void => {
  console.log('\nwithout foreign objects / among them');
  for (const [i, phase] of without.entries()) {
    const other = among[i];
    if (other === undefined) continue;
    const both = (read: (phase: Phase) => number, digits: number): string =>
      [phase, other].map((one) => read(one).toFixed(digits)).join(' / ');
    console.log(
      `${phase.name.padEnd(16)} time ${both(({ seconds }) => seconds, 1)} s  CPU ${both(({ usage }) => usage.cpuSeconds, 2)} s  memory ${both(({ usage }) => usage.nowMiB, 0)} MiB, peak ${both(({ usage }) => usage.peakMiB, 0)} MiB  writes ${both(({ writes }) => writes.total, 0)}`,
    );
  }
};
