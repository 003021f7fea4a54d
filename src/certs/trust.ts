import type { Clock } from '../kube/clock.ts';
import type { Log } from '../kube/log.ts';
import type { RestClient } from '../kube/rest-client.ts';
import { mergeAuthorities, readCertificates } from './authorities.ts';
import { createSeenSince } from './seen-since.ts';
import type { WebhookConfiguration } from './webhook-configuration.ts';
import { bundlesOf, findOtherInjector, trustedEverywhere, withBundle } from './webhook-configuration.ts';

export type TrustOptions = {
  readonly client: Pick<RestClient, 'update'>;
  readonly clock: Clock;
  readonly log: Log;
  /** How long an authority that nobody here needs any more stays trusted, for replicas that still serve what it signed. */
  readonly overlapMs: number;
};

/** What the webhook configurations trust: our authorities, which are brought into them, and for a while those of others. */
export const createTrust = ({ client, clock, log, overlapMs }: TrustOptions) => {
  const trustedFor = createSeenSince(clock);
  const unneededFor = createSeenSince(clock);
  let told = '';

  const tellOnce = (text: string): void => {
    if (text !== told) log.warn({}, text);
    told = text;
  };

  /** The authorities of others that stay for now. */
  const keepOthers = (configurations: readonly WebhookConfiguration[], ours: string): string => {
    const needed = new Set(readCertificates(ours).map(({ fingerprint256 }) => fingerprint256));
    const all = readCertificates(configurations.flatMap(bundlesOf).join('\n'));
    const others = all.filter(({ fingerprint256 }) => !needed.has(fingerprint256));
    const ages = unneededFor(others.map(({ fingerprint256 }) => fingerprint256));
    return others.filter(({ fingerprint256 }) => (ages.get(fingerprint256) ?? 0) < overlapMs).join('');
  };

  return {
    /** Brings the authorities into each configuration, and answers those that were written. */
    spread: async (
      configurations: readonly WebhookConfiguration[],
      authorities: string,
    ): Promise<WebhookConfiguration[]> => {
      const bundle = mergeAuthorities([authorities, keepOthers(configurations, authorities)], clock.now());
      const written: WebhookConfiguration[] = [];
      for (const configuration of configurations) {
        const { kind, metadata } = configuration;
        const injector = findOtherInjector(configuration);
        const wanted = withBundle(configuration, bundle);
        if (wanted === undefined) continue;
        if (injector === undefined) written.push(await client.update(wanted));
        else tellOnce(`${kind} ${metadata.name}: the CA bundle is left alone because of the annotation ${injector}`);
      }
      return written;
    },

    /** For how many milliseconds this authority has been trusted by all there is; undefined while it is not. */
    trustedMs: (configurations: readonly WebhookConfiguration[], fingerprint: string): number | undefined => {
      const trusted = trustedEverywhere(configurations);
      const ages = trustedFor(trusted ?? []);
      return trusted === undefined ? Infinity : ages.get(fingerprint);
    },
  };
};
