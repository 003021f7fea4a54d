import { isConflict, isAlreadyExists, isNotFound } from './api-error.ts';
import type { LeaderLeaseOptions } from './leader-lease.ts';
import { heldSpec, holderOf, releasedSpec } from './lease-record.ts';
import type { Lease } from './lease-record.ts';
import type { Clock } from './clock.ts';

const LEASE = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' } as const;

export type LeaseClient = {
  /** Takes or renews the lease; answers false while somebody else holds it. Throws when the API server cannot be asked. */
  readonly tryHold: (signal: AbortSignal) => Promise<boolean>;
  /** Gives the lease up, if it is still ours. */
  readonly release: (signal: AbortSignal) => Promise<void>;
  readonly holder: () => string;
};

/** One candidate's view of a Lease. */
export const createLeaseClient = (options: LeaderLeaseOptions & { readonly clock: Clock }): LeaseClient => {
  const { client, namespace, name, identity, clock } = options;
  const ref = { ...LEASE, namespace, name };
  let known: Lease | undefined;
  /** When we saw the record change last, on our own clock: the holder's clock may be wrong. */
  let changedAt = 0;

  const see = (lease: Lease): void => {
    const changed = JSON.stringify(known?.spec) !== JSON.stringify(lease.spec);
    known = lease;
    if (changed) changedAt = clock.monotonicMs();
  };

  const isHeldByOther = (): boolean => {
    if (known === undefined || holderOf(known) === '' || holderOf(known) === identity) return false;
    const durationMs = (known.spec?.leaseDurationSeconds ?? 0) * 1000;
    return clock.monotonicMs() < changedAt + durationMs;
  };

  const look = async (signal: AbortSignal): Promise<void> => {
    try {
      see(await client.get<Lease>(ref, { signal }));
    } catch (error) {
      if (!isNotFound(error)) throw error;
      known = undefined;
    }
  };

  const write = async (spec: Lease['spec'], signal: AbortSignal): Promise<void> => {
    const object = known ?? { ...LEASE, metadata: { namespace, name } };
    const lease: Lease = spec === undefined ? object : { ...object, spec };
    see(known === undefined ? await client.create(lease, { signal }) : await client.update(lease, { signal }));
  };

  const hold = (signal: AbortSignal): Promise<void> => write(heldSpec(known?.spec, options, clock.now()), signal);

  return {
    holder: () => (known === undefined ? '' : holderOf(known)),

    tryHold: async (signal) => {
      // While it is ours nobody else writes it: one request instead of two.
      const wasOurs = known !== undefined && holderOf(known) === identity;
      if (!wasOurs) await look(signal);
      if (isHeldByOther()) return false;
      try {
        await hold(signal);
        return true;
      } catch (error) {
        if (!isConflict(error) && !isAlreadyExists(error) && !isNotFound(error)) throw error;
      }
      await look(signal);
      if (!wasOurs || isHeldByOther()) return false;
      await hold(signal);
      return true;
    },

    release: async (signal) => {
      if (known === undefined || holderOf(known) !== identity) return;
      await write(releasedSpec(known.spec, clock.now()), signal);
    },
  };
};
