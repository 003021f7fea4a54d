import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Returns a short digest of the content of files, which names what is built from them. */
export function hashFiles(urls) {
  const hash = createHash('sha256');
  for (const url of urls) hash.update(readFileSync(url));
  return hash.digest('hex').slice(0, 10);
}
