import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';

export type Address = { readonly host: string; readonly port: number };

/** Host '' is every interface, of both IP versions where both exist. */
const ALL_INTERFACES = { host: '::', fallback: '0.0.0.0' };

const isWithoutIPv6 = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EAFNOSUPPORT' || error.code === 'EADDRNOTAVAIL');

/** Starts to listen and says where: port 0 is any that is free. Rejects when the port is taken. */
export const bind = async (app: FastifyInstance, { host, port }: Address): Promise<Address> => {
  try {
    await app.listen({ host: host || ALL_INTERFACES.host, port });
  } catch (error) {
    if (host !== '' || !isWithoutIPv6(error)) throw error;
    await app.listen({ host: ALL_INTERFACES.fallback, port });
  }
  const { address, port: bound } = app.server.address() as AddressInfo;
  return { host: address, port: bound };
};
