import type { Clock } from '../kube/clock.ts';
import type { Log } from '../kube/log.ts';

/** A webhook configuration that has to be there, and whether it is, with webhooks in it. */
export type Registered = { readonly kind: string; readonly name: string; readonly isThere: boolean };

export type RegistrationOptions = {
  readonly clock: Clock;
  readonly log: Log;
  readonly onLook: (name: string, isThere: boolean) => void;
};

const REPEAT_MS = 60_000;

/**
 * Tells of webhook configurations that are missing, for want of which the API server asks nobody. Until each has been seen once that is a
 * problem. Afterwards it is a warning, once a minute: who is not ready any more would fail those webhooks too that are still registered.
 */
export const createRegistration = ({ clock, log, onLook }: RegistrationOptions) => {
  const seen = new Set<string>();
  let warnedAt = -Infinity;
  let problem: string | undefined = 'it is not known yet whether the webhooks are registered';

  return {
    /** Takes in what there is (undefined while that is not known), and answers in how many milliseconds to look again. */
    look: (registered: readonly Registered[] | undefined): number => {
      if (registered === undefined) return Infinity;
      for (const { name, isThere } of registered) {
        if (isThere) seen.add(name);
        onLook(name, isThere);
      }
      const unseen = registered.find(({ name }) => !seen.has(name));
      problem =
        unseen && `there is no ${unseen.kind} ${unseen.name} with webhooks: the API server would admit objects unasked`;
      const missing = registered.filter(({ isThere }) => !isThere).map(({ kind, name }) => `${kind} ${name}`);
      if (missing.length === 0) return Infinity;
      const leftMs = warnedAt + REPEAT_MS - clock.monotonicMs();
      if (leftMs > 0) return leftMs;
      warnedAt = clock.monotonicMs();
      log.warn({ missing }, 'webhooks are not registered: the API server admits objects unasked');
      return REPEAT_MS;
    },
    /** What keeps the webhooks from being asked, until they have been; undefined afterwards. */
    problem: (): string | undefined => problem,
  };
};
