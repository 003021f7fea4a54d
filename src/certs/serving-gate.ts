import type { Clock } from '../kube/clock.ts';
import type { Log } from '../kube/log.ts';
import type { CertificateSet } from './certificate-secret.ts';
import { type CheckedKeyPair, checkKeyPair } from './key-pair-files.ts';

export type ServingGateOptions = {
  /** Called with the first pair, and with each that replaces it. */
  readonly onChange: (pair: CheckedKeyPair) => void;
  /** How long an authority must have been trusted before a certificate of it replaces another one. */
  readonly trustDelayMs: number;
  readonly clock: Clock;
  readonly log: Log;
};

export type ServingGate = {
  /** Serves these certificates as soon as that costs no request; answers in how many milliseconds to offer them again. */
  readonly offer: (set: CertificateSet, trustedMs: number | undefined) => number;
  /** The authority of what is served; '' while nothing is. */
  readonly authority: () => string;
  readonly isServing: () => boolean;
};

/** Decides when a certificate takes the place of the one that is served: once all who connect have trusted its authority for a while. */
export const createServingGate = ({ onChange, trustDelayMs, clock, log }: ServingGateOptions): ServingGate => {
  let serving: { readonly pair: CheckedKeyPair; readonly ca: string } | undefined;

  const serve = (set: CertificateSet): void => {
    const pair = checkKeyPair(set.cert, set.key);
    onChange(pair);
    const { expires } = pair;
    log.info({ expires }, serving === undefined ? 'serving with a certificate' : 'serving with a new certificate');
    serving = { pair, ca: set.ca };
  };

  return {
    offer: (set, trustedMs) => {
      if (serving?.pair.cert === set.cert && serving.pair.key === set.key) return Infinity;
      const leftMs = trustDelayMs - (trustedMs ?? 0);
      // Whoever serves nothing, or something that has expired, has nothing to lose.
      const isUrgent = serving === undefined || serving.pair.expires.getTime() <= clock.now();
      if (!isUrgent && leftMs > 0) return leftMs;
      serve(set);
      return Infinity;
    },
    authority: () => serving?.ca ?? '',
    isServing: () => serving !== undefined,
  };
};
