import { readFileSync } from 'node:fs';

export type ProcessUsage = {
  /** User and system time of all threads, in seconds. */
  readonly cpuSeconds: number;
  /** The most memory it ever held, in MiB. */
  readonly peakMiB: number;
  readonly nowMiB: number;
};

/** Linux counts in hundredths of a second wherever this runs. */
const TICKS_PER_SECOND = 100;
/** Fields of /proc/PID/stat after the program's name in parentheses. */
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;

/** What a process has used since it began. */
export const readProcessUsage = (pid: number): ProcessUsage => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mebibytes = (field: string): number =>
    Number(new RegExp(`^${field}:\\s+([0-9]+) kB`, 'm').exec(status)?.[1]) / 1024;
  return {
    cpuSeconds: (Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS])) / TICKS_PER_SECOND,
    peakMiB: mebibytes('VmHWM'),
    nowMiB: mebibytes('VmRSS'),
  };
};
