import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';

const FOLDER = new URL('./', import.meta.url);
/** Rendered as it is, and checked against its own generator. */
const CRD = 'lws/files/leaderworkersets.yaml';

/** A digest of all that the rendered manifests depend on: the chart, the files that it links to, and the values they are rendered with. */
export const digestChart = (): string => {
  const hash = createHash('sha256');
  for (const file of globSync(['lws/**/*.*', 'rendered/*.values.yaml'], { cwd: FOLDER }).sort()) {
    if (file !== CRD) hash.update(`${file}\n${readFileSync(new URL(file, FOLDER), 'utf8')}\n`);
  }
  return hash.digest('hex');
};
