import type { KubeObject } from '../api/kubernetes.ts';
import type { Clock } from '../kube/clock.ts';
import { type Informer, createInformer, tellProblems } from '../kube/informer-cache.ts';
import type { Log } from '../kube/log.ts';
import type { RestClient } from '../kube/rest-client.ts';
import type { Secret } from './certificate-secret.ts';
import type { Registered } from './registration.ts';
import { type WebhookConfiguration, bundlesOf } from './webhook-configuration.ts';

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
  /** For each configuration that there should be whether it is there; undefined until that is known. */
  readonly registered: () => readonly Registered[] | undefined;
  /** What is not known yet, and why; undefined when all is. */
  readonly problem: () => string | undefined;
  /** Takes the API server's answers to our own writes. */
  readonly observed: (object: KubeObject) => void;
};

const ADMISSION = 'admissionregistration.k8s.io/v1';

/** Upstream: the names of the two configurations are not configurable. */
const MUTATING = {
  resource: { apiVersion: ADMISSION, kind: 'MutatingWebhookConfiguration' },
  name: 'lws-mutating-webhook-configuration',
};
const VALIDATING = {
  resource: { apiVersion: ADMISSION, kind: 'ValidatingWebhookConfiguration' },
  name: 'lws-validating-webhook-configuration',
};

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
    ...named(MUTATING.name),
    resource: MUTATING.resource,
  });
  const validating = createInformer<WebhookConfiguration>({
    ...named(VALIDATING.name),
    resource: VALIDATING.resource,
  });
  const all: readonly Informer<KubeObject>[] = [secrets, mutating, validating];
  const ofKind = (kind: string): Informer<KubeObject> =>
    kind === MUTATING.resource.kind ? mutating : kind === VALIDATING.resource.kind ? validating : secrets;
  const configurations = (): WebhookConfiguration[] | undefined =>
    mutating.hasSynced() && validating.hasSynced() ? [...mutating.list(), ...validating.list()] : undefined;

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
    configurations,
    registered: () => {
      const found = configurations();
      if (found === undefined) return undefined;
      return [MUTATING, VALIDATING].map(({ resource: { kind }, name }) => ({
        kind,
        name,
        isThere: found.some((one) => one.metadata.name === name && bundlesOf(one).length > 0),
      }));
    },
    problem: () => tellProblems(all),
    observed: (object) => ofKind(object.kind).observed(object),
  };
};
