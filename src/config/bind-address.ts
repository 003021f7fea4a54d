/** Where a server listens; host `''` is every interface, port 0 any free one. */
export type BindAddress =
  | { readonly kind: 'off' }
  | { readonly kind: 'listen'; readonly host: string; readonly port: number }
  | { readonly kind: 'invalid'; readonly problem: string };

const MAX_PORT = 65_535;
const HOST = /^(?:\[([0-9A-Fa-f:.]+(?:%[^\]]+)?)\]|([A-Za-z0-9._-]*))$/;

const invalid = (problem: string): BindAddress => ({ kind: 'invalid', problem });

/** Reads `:8443`, `127.0.0.1:8081` or `[::1]:9`, and `0`, which switches a server off. */
export const readBindAddress = (text: string): BindAddress => {
  if (text === '0') return { kind: 'off' };
  const colon = text.lastIndexOf(':');
  if (colon < 0)
    return invalid('must be <host>:<port>, or :<port> for all interfaces, or "0" to switch the server off');

  const port = text.slice(colon + 1);
  if (!/^\d{1,5}$/.test(port) || Number(port) > MAX_PORT) {
    return invalid(`must end in a port between 0 and ${MAX_PORT}`);
  }
  const host = text.slice(0, colon);
  if (host.includes(':') && !host.startsWith('['))
    return invalid('must have its IPv6 address in brackets, as in [::1]:8081');
  const [, ipv6, name] = HOST.exec(host) ?? [];
  const address = ipv6 ?? name;
  if (address === undefined) return invalid('must start with a host name or an IP address');
  return { kind: 'listen', host: address, port: Number(port) };
};

/** Where to listen; undefined when the server is off. Throws for a text that a loaded configuration cannot hold. */
export const parseBindAddress = (text: string): { readonly host: string; readonly port: number } | undefined => {
  const address = readBindAddress(text);
  if (address.kind === 'invalid') throw new Error(`bind address ${JSON.stringify(text)} ${address.problem}`);
  return address.kind === 'off' ? undefined : { host: address.host, port: address.port };
};
