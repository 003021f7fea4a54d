import type { FastifyInstance } from 'fastify';
import type { Configuration } from '../api/configuration.ts';
import { parseBindAddress } from '../config/bind-address.ts';
import { bind } from '../server/bind.ts';
import { type HealthCheck, createHealthApp } from '../server/health-app.ts';

/** Upstream: one check of each kind bears the name of its path and only says that somebody answers. */
const ping = (name: string): HealthCheck => ({ name, check: () => undefined });

/** Serves liveness and readiness where the configuration wants them, if it does. Rejects when the port is taken. */
export const serveProbes = async (
  { health }: Configuration,
  checks: { readonly alive: readonly HealthCheck[]; readonly ready: readonly HealthCheck[] },
): Promise<FastifyInstance> => {
  const app = createHealthApp({
    livenessPath: health.livenessEndpointName,
    livenessChecks: [ping('healthz'), ...checks.alive],
    readinessPath: health.readinessEndpointName,
    readinessChecks: [ping('readyz'), ...checks.ready],
  });
  const address = parseBindAddress(health.healthProbeBindAddress);
  if (address !== undefined) await bind(app, address);
  return app;
};
