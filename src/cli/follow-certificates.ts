import type { Configuration } from '../api/configuration.ts';
import { createExpiryWarning } from '../certs/expiry-warning.ts';
import { createFileSource } from '../certs/file-source.ts';
import type { CheckedKeyPair } from '../certs/key-pair-files.ts';
import { readForeignCertificates } from '../certs/read-foreign-certificates.ts';
import { createSelfManagedSource } from '../certs/self-managed-source.ts';
import { systemClock } from '../kube/clock.ts';
import type { RestClient } from '../kube/rest-client.ts';
import type { CertificateRecorder } from '../telemetry/certificate-metrics.ts';
import type { Logger } from '../telemetry/logger.ts';

export type FollowCertificatesOptions = {
  readonly configuration: Configuration;
  readonly namespace: string;
  readonly client: () => Promise<RestClient>;
  readonly log: Logger;
  readonly metrics: CertificateRecorder;
  /** Called with the first pair, and with each that replaces it. */
  readonly onPair: (pair: CheckedKeyPair) => void;
};

export type FollowedCertificates = {
  /** Why the API server could not be answered with these certificates; undefined when it can. */
  readonly problem: () => string | undefined;
  readonly stop: () => void;
};

const followFiles = async (options: FollowCertificatesOptions, onPair: (pair: CheckedKeyPair) => void) => {
  const { configuration, log, metrics } = options;
  const source = await createFileSource({
    directory: configuration.webhook.certDir,
    log,
    onRead: metrics.read,
    onFailure: metrics.readFailed,
    onChange: onPair,
  });
  onPair(source.current());
  return { problem: () => undefined, stop: source.stop };
};

const followOwn = async (options: FollowCertificatesOptions, onPair: (pair: CheckedKeyPair) => void) => {
  const { configuration, namespace, client, log, metrics } = options;
  const { webhookSecretName, webhookServiceName } = configuration.internalCertManagement;
  const stop = new AbortController();
  const source = createSelfManagedSource({
    client: await client(),
    namespace,
    secretName: webhookSecretName,
    serviceName: webhookServiceName,
    readForeign: (name, now) => readForeignCertificates(configuration.webhook.certDir, name, now),
    onChange: (pair) => {
      onPair(pair);
      metrics.read();
    },
    onFailure: metrics.readFailed,
    onRegistration: metrics.registered,
    log,
  });
  void source.run(stop.signal);
  return { problem: source.problem, stop: () => stop.abort() };
};

/** Follows the webhook server's certificates: those that the manager makes itself, or those in files. Rejects when there is no way to get any. */
export const followCertificates = async (options: FollowCertificatesOptions): Promise<FollowedCertificates> => {
  const { configuration, log, metrics } = options;
  const warning = createExpiryWarning({ clock: systemClock, log });
  const onPair = (pair: CheckedKeyPair): void => {
    options.onPair(pair);
    metrics.expiresAt(pair.expires);
    warning.follow(pair.expires);
  };
  const follow = configuration.internalCertManagement.enable ? followOwn : followFiles;
  const { problem, stop } = await follow(options, onPair);
  return {
    problem,
    stop: () => {
      stop();
      warning.stop();
    },
  };
};
