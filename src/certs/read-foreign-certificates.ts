import { access, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { CertificateSet } from './certificate-secret.ts';
import { isServable } from './needs-renewal.ts';

/** Upstream: its Deployment mounts the manager's own Secret in this place. The key of the authority tells that from one of somebody else. */
const isOwn = (directory: string): Promise<boolean> =>
  access(join(directory, 'ca.key')).then(
    () => true,
    () => false,
  );

/** The certificates for a server of this name that somebody else has put into a folder, with their authority; undefined while there are none that clients would accept. */
export const readForeignCertificates = async (
  directory: string,
  name: string,
  now: number,
): Promise<CertificateSet | undefined> => {
  const data = await realpath(join(directory, '..data')).catch(() => directory);
  if (await isOwn(data)) return undefined;
  const read = (file: string): Promise<string> => readFile(join(data, file), 'utf8').catch(() => '');
  const [ca, cert, key] = await Promise.all([read('ca.crt'), read('tls.crt'), read('tls.key')]);
  const set = { ca, caKey: '', cert, key };
  return isServable(set, name, now) ? set : undefined;
};
