import type { KubeObject } from '../api/kubernetes.ts';
import type { Clock } from '../kube/clock.ts';
import { type Informer, createInformer } from '../kube/informer-cache.ts';
import type { Log } from '../kube/log.ts';
import type { RestClient } from '../kube/rest-client.ts';
import type { Secret } from './certificate-secret.ts';
import type { WebhookConfiguration } from './webhook-configuration.ts';

export type CertificateCacheOptions = {
  readonly client: Pick<RestClient, 'request' | 'watch'>;
  readonly namespace: string;
  readonly secretName: string;
  readonly log: Log;
  readonly clock: Clock;
  readonly random: () => number;
};

export type CertificateCaches = {
  /** Keeps the caches up to date until the signal is aborted, and calls back on every difference; never rejects. */
  readonly run: (signal: AbortSignal, onChange: () => void) => Promise<void>;
  /** Resolves once it is known whether there is a Secret. */
  readonly secretKnown: () => Promise<void>;
  readonly secret: () => Secret | undefined;
  /** The webhook configurations there are; undefined until that is known. */
  readonly configurations: () => readonly WebhookConfiguration[] | undefined;
  /** Takes the API server's answers to our own writes. */
  readonly observed: (object: KubeObject) => void;
};

const ADMISSION = 'admissionregistration.k8s.io/v1';

/** Upstream: the names of the two configurations are not configurable. */
const MUTATING = { apiVersion: ADMISSION, kind: 'MutatingWebhookConfiguration' };
const VALIDATING = { apiVersion: ADMISSION, kind: 'ValidatingWebhookConfiguration' };

/** Follows the webhook server's Secret and the two webhook configurations, each by its name: more we may not see. */
export const createCertificateCaches = (options: CertificateCacheOptions): CertificateCaches => {
  const { client, namespace, secretName, log, clock, random } = options;
  const named = (name: string) => ({ client, log, clock, random, fieldSelector: `metadata.name=${name}` });
  const secrets = createInformer<Secret>({
    ...named(secretName),
    resource: { apiVersion: 'v1', kind: 'Secret' },
    namespace,
  });
  const mutating = createInformer<WebhookConfiguration>({
    ...named('lws-mutating-webhook-configuration'),
    resource: MUTATING,
  });
  const validating = createInformer<WebhookConfiguration>({
    ...named('lws-validating-webhook-configuration'),
    resource: VALIDATING,
  });
  const all: readonly Informer<KubeObject>[] = [secrets, mutating, validating];
  const ofKind = (kind: string): Informer<KubeObject> =>
    kind === MUTATING.kind ? mutating : kind === VALIDATING.kind ? validating : secrets;

  return {
    run: async (signal, onChange) => {
      for (const cache of all) {
        cache.onChange(onChange);
        void cache.synced().then(onChange);
      }
      await Promise.all(all.map((cache) => cache.run(signal)));
    },
    secretKnown: secrets.synced,
    secret: () => secrets.get(namespace, secretName),
    configurations: () =>
      mutating.hasSynced() && validating.hasSynced() ? [...mutating.list(), ...validating.list()] : undefined,
    observed: (object) => ofKind(object.kind).observed(object),
  };
};
