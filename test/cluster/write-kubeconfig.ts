import { writeFileSync } from 'node:fs';
import type { Credentials } from './connection.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

function userOf({ cert, key, token }: Credentials) {
  if (token !== undefined) return { token };
  return { 'client-certificate-data': base64(cert ?? ''), 'client-key-data': base64(key ?? '') };
}

/** Writes a kubeconfig file (JSON, which is YAML as well) that only its owner can read, and returns its path. */
export function writeKubeconfig(path: string, credentials: Credentials): string {
  const cluster = { server: credentials.url, 'certificate-authority-data': base64(credentials.ca) };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster }],
    users: [{ name: 'test', user: userOf(credentials) }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    'current-context': 'test',
  };
  writeFileSync(path, JSON.stringify(config, undefined, 2), { mode: 0o600 });
  return path;
}
