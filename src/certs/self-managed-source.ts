import { isAlreadyExists, isConflict } from '../kube/api-error.ts';
import { createBackoff } from '../kube/backoff.ts';
import { type Clock, systemClock } from '../kube/clock.ts';
import type { Log } from '../kube/log.ts';
import type { RestClient } from '../kube/rest-client.ts';
import { findIssuer } from './authorities.ts';
import { createCertificateCaches } from './certificate-caches.ts';
import { type CertificateSet, readCertificateSecret } from './certificate-secret.ts';
import type { CheckedKeyPair } from './key-pair-files.ts';
import { isServable, needsRenewal } from './needs-renewal.ts';
import { createRegistration } from './registration.ts';
import { LIFETIMES, type Lifetimes, renewCertificates } from './renew-certificates.ts';
import { createServingGate } from './serving-gate.ts';
import { createTrust } from './trust.ts';
import { createWakeUp } from './wake-up.ts';
import { writeSecret } from './write-secret.ts';

export type SelfManagedSourceOptions = {
  readonly client: Pick<RestClient, 'request' | 'watch' | 'create' | 'update'>;
  readonly namespace: string;
  readonly secretName: string;
  readonly serviceName: string;
  /** Certificates of somebody else for this server's first name, if there are any: they are served in place of our own, once they are trusted. */
  readonly readForeign: (name: string, now: number) => Promise<CertificateSet | undefined>;
  /** Called with the first pair, and with each that replaces it. */
  readonly onChange: (pair: CheckedKeyPair) => void;
  readonly onFailure?: () => void;
  /** Called with whether a webhook configuration is there, each time that is looked at. */
  readonly onRegistration?: (name: string, isThere: boolean) => void;
  readonly log: Log;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly lifetimes?: Lifetimes;
};

export type SelfManagedSource = {
  /** Keeps certificates valid and trusted until the signal is aborted; never rejects. */
  readonly run: (signal: AbortSignal) => Promise<void>;
  /** Why reviews cannot be answered yet; undefined once they can. */
  readonly problem: () => string | undefined;
};

/** Every API server has heard of a new bundle by then; a certificate of a new authority is not served before. */
const TRUST_DELAY_MS = 10_000;
/** Within that time every replica, and every pod of an earlier installation, serves what the new authority signed or is gone. */
const OVERLAP_MS = 24 * 3_600_000;
/** Nothing is due for months; but clocks jump, and looking is cheap. */
const LOOK_MS = 3_600_000;
/** As often as files are looked at elsewhere. */
const LOOK_AT_FOREIGN_MS = 10_000;
const BACKOFF = { baseMs: 500, maxMs: 60_000 };

/**
 * Keeps the webhook server's certificates in a Secret, makes them when they are missing or old, and has the API server trust them.
 * What is valid in the Secret is served, whoever made it. All replicas do the same: who writes first wins, and the others take that over.
 * A rotation loses no request: the authority of a new certificate is trusted for a while before that certificate is served.
 * So is a hand-over to certificates of somebody else, which are served as soon as they are there and trusted, while our own stay trusted.
 */
export const createSelfManagedSource = (options: SelfManagedSourceOptions): SelfManagedSource => {
  const { client, namespace, secretName, serviceName, onChange, log } = options;
  const { clock = systemClock, random = Math.random, lifetimes = LIFETIMES } = options;
  const host = `${serviceName}.${namespace}.svc`;
  const names = [host, `${host}.cluster.local`];
  const caches = createCertificateCaches({ client, namespace, secretName, log, clock, random });
  const trust = createTrust({ client, clock, log, overlapMs: OVERLAP_MS });
  const gate = createServingGate({ onChange, trustDelayMs: TRUST_DELAY_MS, clock, log });
  const registration = createRegistration({ clock, log, onLook: options.onRegistration ?? (() => undefined) });
  const wakeUp = createWakeUp(clock);
  const backoff = createBackoff({ ...BACKOFF, random });
  let isReady = false;
  let problem = 'there is no certificate yet';

  /** The certificates to serve from now on, made anew where that is due, and until when they are good. */
  const settle = async (): Promise<{ readonly set: CertificateSet; readonly until: number }> => {
    const found = caches.secret();
    const now = clock.now();
    const set = readCertificateSecret(found ?? {});
    // Whoever has nothing to serve waits for nobody: neither for better certificates, nor for trust in these.
    if (!gate.isServing() && isServable(set, host, now)) gate.offer(set, undefined);
    const renewal = needsRenewal(set, host, now);
    if (renewal.kind === 'none') return { set, until: renewal.until };
    const renewed = await renewCertificates(set, { kind: renewal.kind, names, now, lifetimes });
    caches.observed(await writeSecret(client, found, { namespace, name: secretName }, renewed));
    log.info({ secret: `${namespace}/${secretName}`, because: renewal.because }, 'made new certificates');
    return { set: renewed, until: now };
  };

  const spread = async (authorities: readonly string[]): Promise<void> => {
    for (const written of await trust.spread(caches.configurations() ?? [], authorities.join('\n'))) {
      log.info({ configuration: written.metadata.name }, 'wrote the CA bundle');
      caches.observed(written);
    }
  };

  /** For how long the API server has trusted these certificates; undefined while it does not. */
  const trustedMs = ({ cert, ca }: CertificateSet): number | undefined => {
    const configurations = caches.configurations();
    const issuer = findIssuer(cert, ca)?.fingerprint256 ?? '';
    return configurations === undefined ? undefined : trust.trustedMs(configurations, issuer);
  };

  const look = async (): Promise<number> => {
    const { set, until } = await settle();
    if (!gate.isServing()) gate.offer(set, undefined);
    const foreign = await options.readForeign(host, clock.now());
    const wanted = foreign ?? set;
    problem = 'the webhook configurations do not trust the certificate authority yet';
    await spread([set.ca, wanted.ca, gate.authority()]);
    const forMs = trustedMs(wanted);
    const againMs = gate.offer(wanted, forMs);
    if (forMs !== undefined) problem = 'the certificate files are served once they have been trusted for ten seconds';
    problem = registration.problem() ?? problem;
    // Whoever waits for a hand-over to be over waits for this: from then on nobody depends on our own authority.
    const isOver = forMs !== undefined && (foreign === undefined || againMs === Infinity);
    isReady ||= isOver && registration.problem() === undefined;
    return Math.min(foreign ? LOOK_AT_FOREIGN_MS : LOOK_MS, againMs, Math.max(until - clock.now(), 0));
  };

  /** Looks, and answers when to look again; a failure is logged, and told by `problem`. */
  const lookSafely = async (): Promise<number> => {
    const soonMs = registration.look(caches.registered());
    try {
      const ms = await look();
      backoff.reset();
      return Math.min(ms, soonMs);
    } catch (error) {
      // Another replica was faster; what it wrote is on its way to us.
      if (isConflict(error) || isAlreadyExists(error)) return BACKOFF.baseMs;
      options.onFailure?.();
      problem = error instanceof Error ? error.message : String(error);
      if (backoff.failures() % 10 === 0) log.error({ error }, `certificates are not up to date: ${problem}`);
      return backoff.nextMs();
    }
  };

  const keepLooking = async (signal: AbortSignal): Promise<void> => {
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await Promise.race([caches.secretKnown(), aborted]);
    while (!signal.aborted) await wakeUp.sleep(await lookSafely(), signal);
  };

  return {
    run: async (signal) => {
      await Promise.all([keepLooking(signal), caches.run(signal, wakeUp.wake)]);
    },
    problem: () => {
      if (gate.isServing() && isReady) return undefined;
      const unknown = caches.problem();
      return unknown === undefined ? problem : `${problem} (${unknown})`;
    },
  };
};
