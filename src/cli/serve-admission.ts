import type { CheckedKeyPair } from '../certs/key-pair-files.ts';
import { type AdmissionServer, listenAdmission } from '../server/listen.ts';
import { createPolicyReviewer } from '../server/policy-reviewer.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { type FollowCertificatesOptions, followCertificates } from './follow-certificates.ts';
import { createPolicySource } from './policy-source.ts';

export type ServeAdmissionOptions = Omit<FollowCertificatesOptions, 'metrics' | 'onPair'> & {
  /** Where the admin's policies are declared, if anywhere. */
  readonly configurationFile: string | undefined;
  readonly metrics: Metrics;
  /** Called when the port cannot be listened on. */
  readonly onFailure: (error: unknown) => void;
};

export type Admission = {
  /** Why reviews cannot be answered; undefined when they can. */
  readonly problem: () => string | undefined;
  /** From now on each answer closes its connection. */
  readonly drain: () => void;
  /** Answers what has been asked, then closes. */
  readonly close: () => Promise<void>;
};

/** Serves the webhooks from the moment there is a certificate, and with each that follows. Rejects when there is no way to get one, or when a policy is wrong. */
export const serveAdmission = async (options: ServeAdmissionOptions): Promise<Admission> => {
  const { configuration, configurationFile, log, metrics, onFailure } = options;
  const { webhook, tls, gangSchedulingManagement } = configuration;
  const policies = await createPolicySource({ configurationFile, log, metrics: metrics.policy });
  const reviewPolicies = createPolicyReviewer({ current: policies.current, logger: log, metrics: metrics.policy });
  let latest: CheckedKeyPair | undefined;
  let server: AdmissionServer | undefined;

  const listen = async (keyPair: CheckedKeyPair): Promise<void> => {
    server = await listenAdmission({
      host: webhook.host,
      port: webhook.port,
      keyPair,
      tls,
      gangScheduling: gangSchedulingManagement !== undefined,
      reviewPolicies,
      logger: log,
      metrics: metrics.webhook,
    });
    if (latest !== keyPair && latest !== undefined) server.swapCertificate(latest);
  };

  const onPair = (pair: CheckedKeyPair): void => {
    server?.swapCertificate(pair);
    const isFirst = latest === undefined;
    latest = pair;
    if (isFirst) listen(pair).catch(onFailure);
  };

  const certificates = await followCertificates({ ...options, metrics: metrics.certificate, onPair });
  return {
    problem: () =>
      server === undefined && latest !== undefined
        ? 'the admission server does not listen yet'
        : certificates.problem(),
    drain: () => {
      certificates.stop();
      policies.stop();
      server?.drain();
    },
    close: async () => server?.close(),
  };
};
