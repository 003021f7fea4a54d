import { connect } from '../kube/connection.ts';
import { type RestClient, createRestClient } from '../kube/rest-client.ts';
import type { RestClientRecorder } from '../telemetry/client-metrics.ts';
import { userAgent } from './build-facts.ts';

/** The main thread asks about certificates and about readers of metrics, so hardly ever; whoever makes it ask is slowed down. */
const LIMIT = { qps: 20, burst: 50 };

/** The main thread's client of the API server, made when it is first needed; rejects while no API server is known. */
export const createLazyClient = (
  kubeconfig: string | undefined,
  metrics: RestClientRecorder,
): (() => Promise<RestClient>) => {
  const create = async (): Promise<RestClient> => {
    const connection = await connect({ kubeconfig, env: process.env });
    return createRestClient({ connection, userAgent: userAgent(), ...LIMIT, metrics });
  };
  let client: Promise<RestClient> | undefined;
  return async () => {
    client ??= create();
    try {
      return await client;
    } catch (error) {
      client = undefined;
      throw error;
    }
  };
};
