import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';

export type Address = { readonly host: string; readonly port: number };

/** Host '' is every interface, of both IP versions where both exist. */
const ALL_INTERFACES = { host: '::', fallback: '0.0.0.0' };

const hasCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code));

const isWithoutIPv6 = (error: unknown): boolean => hasCode(error, 'EAFNOSUPPORT', 'EADDRNOTAVAIL');

/** Starts to listen and says where: port 0 is any that is free. Rejects when the port is taken. */
export const bind = async (app: FastifyInstance, { host, port }: Address): Promise<Address> => {
  try {
    await app.listen({ host: host || ALL_INTERFACES.host, port });
  } catch (error) {
    if (hasCode(error, 'EADDRINUSE')) throw new Error(`port ${port} is taken by another process`, { cause: error });
    if (host !== '' || !isWithoutIPv6(error)) throw error;
    await app.listen({ host: ALL_INTERFACES.fallback, port });
  }
  const { address, port: bound } = app.server.address() as AddressInfo;
  return { host: address, port: bound };
};
