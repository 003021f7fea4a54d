// The watchdog of one test process: `node reaper.mjs DIRECTORY`, in a session of its own.
// On stdin it is told `+PID` and `-PID` of the processes there are. When stdin ends, because the test process is gone
// for whatever reason, it kills those that are left and removes the directory.
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const [directory] = process.argv.slice(2);
const pids = new Set();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

const kill = (pid, signal) => {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
};

for await (const line of createInterface({ input: process.stdin })) {
  const pid = Number(line.slice(1));
  if (line.startsWith('+')) pids.add(pid);
  else pids.delete(pid);
}
// Each is the leader of its own process group, so that what it started goes with it.
for (const pid of pids) kill(-pid, 'SIGKILL');
for (let tries = 0; tries < 100 && [...pids].some((pid) => kill(pid, 0)); tries += 1) await sleep(20);
rmSync(directory, { recursive: true, force: true, maxRetries: 10 });
