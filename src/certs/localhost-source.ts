import type { Clock } from '../kube/clock.ts';
import type { Log } from '../kube/log.ts';
import { createKeyPairForLocalhost } from './create-key-pair-for-localhost.ts';
import type { CheckedKeyPair } from './key-pair-files.ts';

export type LocalhostSourceOptions = {
  readonly clock: Clock;
  readonly log: Log;
  /** Called with each pair that takes the place of the one before. */
  readonly onChange: (pair: CheckedKeyPair) => void;
};

export type LocalhostSource = { readonly current: () => CheckedKeyPair; readonly stop: () => void };

const DAY_MS = 24 * 3_600_000;
/** A third of its life. */
const AHEAD_MS = 120 * DAY_MS;

/** Makes a key pair for a server whose clients do not check who it is, and another one long before it expires. */
export const createLocalhostSource = async (options: LocalhostSourceOptions): Promise<LocalhostSource> => {
  const { clock, log, onChange } = options;
  let current = await createKeyPairForLocalhost(clock.now());
  let cancel = (): void => undefined;

  const renew = async (): Promise<void> => {
    if (current.expires.getTime() - clock.now() > AHEAD_MS) return;
    const next = await createKeyPairForLocalhost(clock.now());
    onChange(next);
    current = next;
  };

  // Asked every day, as clocks jump and no timer is as long as a certificate lives.
  const lookAgain = (): void => {
    cancel = clock.after(
      DAY_MS,
      () => {
        lookAgain();
        renew().catch((error: unknown) => log.error({ error }, 'the certificate of the metrics could not be renewed'));
      },
      { background: true },
    );
  };

  lookAgain();
  return { current: () => current, stop: () => cancel() };
};
