import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** Listens on a port and hands connections to other ports of this machine in turn, as a Service does with ready pods. */
export const balanceConnections = async (port: number, targets: readonly number[]): Promise<() => void> => {
  let next = 0;
  const server = createServer((incoming) => {
    const outgoing = connect({ host: '127.0.0.1', port: targets[(next += 1) % targets.length] ?? 0 });
    incoming.on('error', () => outgoing.destroy());
    outgoing.on('error', () => incoming.destroy());
    incoming.pipe(outgoing).pipe(incoming);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return () => server.close();
};
