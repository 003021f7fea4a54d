import type { KubeObject } from '../api/kubernetes.ts';
import { readCertificates } from './authorities.ts';

/** A webhook configuration, reduced to what is read and written of it here. */
export type WebhookConfiguration = KubeObject & {
  readonly webhooks?: readonly { readonly clientConfig: { readonly caBundle?: string } }[];
};

const OTHER_INJECTOR = 'cert-manager.io/inject-ca-from';

/** The annotation by which somebody else takes care of the CA bundle; undefined when that is left to us. */
export const findOtherInjector = ({ metadata }: WebhookConfiguration): string | undefined =>
  Object.keys(metadata.annotations ?? {}).find((name) => name.startsWith(OTHER_INJECTOR));

const decode = (bundle: string | undefined): string => Buffer.from(bundle ?? '', 'base64').toString();

/** All that any webhook of a configuration trusts, in PEM. */
export const bundlesOf = ({ webhooks = [] }: WebhookConfiguration): string[] =>
  webhooks.map(({ clientConfig }) => decode(clientConfig.caBundle));

/** The fingerprints of the authorities that every webhook of every configuration trusts; undefined when there are no webhooks at all. */
export const trustedEverywhere = (configurations: readonly WebhookConfiguration[]): string[] | undefined => {
  const [first, ...others] = configurations
    .flatMap(bundlesOf)
    .map((bundle) => readCertificates(bundle).map(({ fingerprint256 }) => fingerprint256));
  return first?.filter((fingerprint) => others.every((trusted) => trusted.includes(fingerprint)));
};

/** The configuration with this bundle in each of its webhooks and nothing else changed; undefined when it is so already. */
export const withBundle = (configuration: WebhookConfiguration, bundle: string): WebhookConfiguration | undefined => {
  const caBundle = Buffer.from(bundle).toString('base64');
  const webhooks = configuration.webhooks ?? [];
  if (webhooks.every(({ clientConfig }) => clientConfig.caBundle === caBundle)) return undefined;
  return {
    ...configuration,
    webhooks: webhooks.map((webhook) => ({ ...webhook, clientConfig: { ...webhook.clientConfig, caBundle } })),
  };
};
