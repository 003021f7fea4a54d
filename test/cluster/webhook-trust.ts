import { X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';
import type { ClusterClient } from './cluster-client.ts';
import type { KubeObject } from './kube-object.ts';

/** The name by which the API server knows the webhooks. */
export const WEBHOOK_HOST = 'lws-webhook-service.lws-system.svc';

/** Both webhook configurations. */
export const WEBHOOK_CONFIGURATIONS = ['Mutating', 'Validating'].map((type) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: `${type}WebhookConfiguration`,
  metadata: { name: `lws-${type.toLowerCase()}-webhook-configuration` },
}));

export type WebhookConfiguration = KubeObject & { webhooks: { name: string; clientConfig: { caBundle?: string } }[] };

/** The authorities that each of the webhooks is trusted by, in PEM. */
export const readBundles = async (client: ClusterClient): Promise<string[]> => {
  const found = await Promise.all(WEBHOOK_CONFIGURATIONS.map((ref) => client.get<WebhookConfiguration>(ref)));
  return found.flatMap((configuration) =>
    (configuration?.webhooks ?? []).map(({ clientConfig }) =>
      Buffer.from(clientConfig.caBundle ?? '', 'base64').toString(),
    ),
  );
};

/** The fingerprint of the first certificate in PEM text. */
export const fingerprintOf = (pem = ''): string => new X509Certificate(pem).fingerprint256;

/** The certificate that a client is shown that trusts these authorities, as the API server does; rejects when it is not trusted. */
export const shakeHands = (origin: string, ca: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const port = Number(new URL(origin).port);
    const socket = connect({ host: '127.0.0.1', port, servername: WEBHOOK_HOST, ca }, () => {
      resolve(new X509Certificate(socket.getPeerCertificate().raw).fingerprint256);
      socket.end();
    });
    socket.on('error', reject);
  });
