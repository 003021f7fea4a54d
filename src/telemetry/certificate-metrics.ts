import type { Registry } from '@prometheus-io/client';
import { Counter, Gauge } from '@prometheus-io/client';

export type CertificateRecorder = {
  readonly read: () => void;
  readonly readFailed: () => void;
  /** When the certificate that is served expires. */
  readonly expiresAt: (date: Date) => void;
  /** Whether a webhook configuration is there. */
  readonly registered: (configuration: string, isThere: boolean) => void;
};

/** The metrics of serving certificates, the first two under controller-runtime's names. */
export const createCertificateMetrics = (registry: Registry): CertificateRecorder => {
  const reads = new Counter({
    name: 'certwatcher_read_certificate_total',
    help: 'Total number of certificate reads',
    registers: [registry],
  });
  const failures = new Counter({
    name: 'certwatcher_read_certificate_errors_total',
    help: 'Total number of certificate read errors',
    registers: [registry],
  });
  const expiry = new Gauge({
    name: 'lws_serving_certificate_expiry_timestamp_seconds',
    help: 'When the serving certificate expires, in seconds since 1970.',
    registers: [],
  });
  const registered = new Gauge({
    name: 'lws_webhook_configuration_present',
    help: '1 while the API server has this webhook configuration, 0 while it is missing or empty.',
    labelNames: ['configuration'],
    registers: [registry],
  });
  return {
    read: () => reads.inc(),
    readFailed: () => failures.inc(),
    expiresAt: (date) => {
      // Not before there is one: it would seem to have expired in 1970.
      registry.registerMetric(expiry);
      expiry.set(date.getTime() / 1000);
    },
    registered: (configuration, isThere) => registered.set({ configuration }, isThere ? 1 : 0),
  };
};
