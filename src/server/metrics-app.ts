import Fastify from 'fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { KeyPair, TLSSettings } from './tls-options.ts';
import { buildTLSOptions } from './tls-options.ts';

/** May whoever sent this authorization header do this? A refusal is an HTTP status with a text. */
export type Authorize = (access: {
  readonly authorization: string | undefined;
  readonly verb: string;
  readonly path: string;
}) => Promise<{ readonly status: 200 } | { readonly status: 401 | 403 | 500; readonly body: string }>;

export type MetricsAppOptions = {
  readonly keyPair: KeyPair;
  readonly tls: TLSSettings;
  readonly authorize: Authorize;
  readonly metrics: { readonly contentType: string; readonly read: () => Promise<string> };
};

const PATH = '/metrics';

/** Serves the metrics over HTTPS to those who are allowed to read them. */
export const createMetricsApp = ({ keyPair, tls, authorize, metrics }: MetricsAppOptions) => {
  const https = { ...buildTLSOptions(keyPair, tls), ALPNProtocols: ['http/1.1'] };
  const app = Fastify({ https, forceCloseConnections: true });
  app.setErrorHandler((_error, _request, reply) => reply.code(500).type('text/plain').send('Internal Server Error\n'));
  app.get(PATH, async ({ headers, method }: FastifyRequest, reply: FastifyReply) => {
    const verb = method.toLowerCase();
    const verdict = await authorize({ authorization: headers.authorization, verb, path: PATH });
    if (verdict.status !== 200)
      return reply.code(verdict.status).type('text/plain; charset=utf-8').send(`${verdict.body}\n`);
    return reply.type(metrics.contentType).send(await metrics.read());
  });
  return app;
};
