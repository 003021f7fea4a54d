import { readBindAddress } from './bind-address.ts';
import type { ConfigurationError } from './configuration-error.ts';
import { invalidValue } from './configuration-error.ts';

/** Says what is wrong with the address of a server, if anything. */
export const checkBindAddress = (path: string, text: string): ConfigurationError[] => {
  const address = readBindAddress(text);
  return address.kind === 'invalid' ? [invalidValue(path, text, address.problem)] : [];
};
