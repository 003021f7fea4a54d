import { once } from 'node:events';
import { type Socket, connect, createServer } from 'node:net';

/** A pod behind a Service. */
export type Endpoint = { readonly port: number; readonly isReady: () => Promise<boolean> };

export type Service = {
  /** The connections that lead to this port now. */
  readonly connectionsTo: (port: number) => number;
  /** How many new connections this port has refused. */
  readonly refusedBy: (port: number) => number;
  readonly close: () => void;
};

const LOOK_EVERY_MS = 100;
/** What passes from a pod that is not ready to nodes that know it. */
const FORGET_MS = 1_500;

/**
 * Listens on a port as a Service does in front of pods: each new connection goes to one of those that are ready. Nodes learn late that one no
 * longer is, connections that exist stay where they are, and one that is refused is refused to the client.
 */
export const serveEndpoints = async (port: number, endpoints: readonly Endpoint[]): Promise<Service> => {
  const forgetAt = new Map(endpoints.map((endpoint) => [endpoint, Infinity] as const));
  const open = new Map(endpoints.map((endpoint) => [endpoint.port, new Set<Socket>()] as const));
  const refused = new Map<number, number>();
  let next = 0;

  const look = async (endpoint: Endpoint): Promise<void> => {
    const isReady = await endpoint.isReady().catch(() => false);
    const known = forgetAt.get(endpoint) ?? Infinity;
    forgetAt.set(endpoint, isReady ? Infinity : Math.min(known, performance.now() + FORGET_MS));
  };
  const looking = setInterval(() => void Promise.all(endpoints.map(look)), LOOK_EVERY_MS);

  const choose = (): number | undefined => {
    const known = endpoints.filter((endpoint) => (forgetAt.get(endpoint) ?? Infinity) > performance.now());
    return known[(next += 1) % known.length]?.port;
  };

  const forward = (incoming: Socket): void => {
    const target = choose();
    incoming.on('error', () => undefined);
    if (target === undefined) return void incoming.destroy();
    const outgoing = connect({ host: '127.0.0.1', port: target, noDelay: true });
    const connections = open.get(target);
    outgoing.on('connect', () => connections?.add(outgoing));
    outgoing.on('close', () => connections?.delete(outgoing));
    outgoing.on('error', () => {
      if (outgoing.connecting || connections?.has(outgoing) !== true)
        refused.set(target, (refused.get(target) ?? 0) + 1);
      incoming.destroy();
    });
    incoming.on('close', () => outgoing.destroy());
    incoming.setNoDelay(true).pipe(outgoing).pipe(incoming);
  };

  const incoming = new Set<Socket>();
  const server = createServer((socket) => {
    incoming.add(socket.once('close', () => incoming.delete(socket)));
    forward(socket);
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    connectionsTo: (target) => open.get(target)?.size ?? 0,
    refusedBy: (target) => refused.get(target) ?? 0,
    close: () => {
      clearInterval(looking);
      server.close();
      for (const socket of incoming) socket.destroy();
    },
  };
};
