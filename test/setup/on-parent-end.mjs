import { readFileSync } from 'node:fs';

const CHECK_EVERY_MS = 500;

/** Returns the parent of a process, or undefined where the system does not tell or the process is gone. */
function parentOf(pid) {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')[1]);
  } catch {
    return undefined;
  }
}

function isShellForOneCommand(pid) {
  try {
    return /^(\S*\/)?(sh|dash|bash)\0-c\0/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  } catch {
    return false;
  }
}

/**
 * Calls `act` once when the process that started this one has ended, by whatever means; it does not keep this one alive.
 * A shell that npm put between the two, which outlives npm, is looked through.
 */
export function onParentEnd(act) {
  const looksThrough = isShellForOneCommand(process.ppid);
  const ancestors = () => (looksThrough ? [process.ppid, parentOf(process.ppid)] : [process.ppid]).join();
  const atFirst = ancestors();
  const timer = setInterval(() => {
    if (ancestors() === atFirst) return;
    clearInterval(timer);
    act();
  }, CHECK_EVERY_MS);
  timer.unref();
}
