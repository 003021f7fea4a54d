import type { Clock } from '../kube/clock.ts';
import type { Log } from '../kube/log.ts';

const DAY_MS = 24 * 3_600_000;
const AHEAD_MS = 14 * DAY_MS;
/** Often enough to be found in the logs of any day. */
const REPEAT_MS = DAY_MS / 2;

/** Warns twice a day, from 14 days ahead, that the certificate which is served expires. */
export const createExpiryWarning = ({ clock, log }: { readonly clock: Clock; readonly log: Log }) => {
  let expires: Date | undefined;
  let cancel: () => void = () => undefined;

  const look = (): void => {
    const leftMs = (expires?.getTime() ?? Infinity) - clock.now();
    if (leftMs <= 0) log.error({ expires }, 'the serving certificate has expired');
    else if (leftMs < AHEAD_MS)
      log.warn({ expires, days: Math.floor(leftMs / DAY_MS) }, 'the serving certificate expires soon');
    cancel = clock.after(REPEAT_MS, look, { background: true });
  };

  return {
    /** From now on, this is when it expires. */
    follow: (next: Date): void => {
      cancel();
      expires = next;
      look();
    },
    stop: (): void => cancel(),
  };
};
