import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isSameTlsMaterial } from './tls-material.ts';
import type { TlsMaterial } from './tls-material.ts';

type Agent = HttpAgent | HttpsAgent;

/** Enough for a watch of each kind and all workers at once; a TLS handshake costs more than a request. */
const AGENT_OPTIONS = {
  keepAlive: true,
  // First TCP probe after 30 s, as client-go: earlier than load balancers forget a quiet connection.
  keepAliveMsecs: 30_000,
  maxSockets: 32,
  scheduling: 'lifo',
} as const;

const createAgent = (protocol: string, tls: TlsMaterial): Agent =>
  protocol === 'http:' ? new HttpAgent(AGENT_OPTIONS) : new HttpsAgent({ ...AGENT_OPTIONS, ...tls });

const retire = (agent: Agent): void => {
  // Requests and watches under way end by themselves; only what is idle is closed now.
  agent.maxFreeSockets = 0;
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
};

export type AgentKeeper = {
  readonly agentFor: (tls: TlsMaterial) => Agent;
  readonly close: () => void;
};

/** Keeps one agent, and with it its connections, for as long as the TLS material stays the same. */
export const createAgentKeeper = (protocol: string): AgentKeeper => {
  let current: { readonly agent: Agent; readonly tls: TlsMaterial } | undefined;
  return {
    agentFor: (tls) => {
      if (current !== undefined && isSameTlsMaterial(current.tls, tls)) return current.agent;
      if (current !== undefined) retire(current.agent);
      current = { agent: createAgent(protocol, tls), tls };
      return current.agent;
    },
    close: () => current?.agent.destroy(),
  };
};
