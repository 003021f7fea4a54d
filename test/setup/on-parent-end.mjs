const CHECK_EVERY_MS = 500;

/** Calls `act` once when the process that started this one has ended, by whatever means; it does not keep this one alive. */
export function onParentEnd(act) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    act();
  }, CHECK_EVERY_MS);
  timer.unref();
}
