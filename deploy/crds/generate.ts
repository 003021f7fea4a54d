import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readDefinitions, writeDefinitions } from './definitions-file.ts';
import type { OpenAPISchema } from './kubernetes-definitions.ts';
import { reduceDefinitions } from './reduce-definitions.ts';
import { renderCRD } from './render-crd.ts';

const crdFile = new URL('leaderworkerset.x-k8s.io_leaderworkersets.yaml', import.meta.url);

const readSource = async (source: string): Promise<string> => {
  if (!/^https?:/.test(source)) return readFileSync(source, 'utf8');
  const response = await fetch(source);
  if (!response.ok) throw new Error(`${source} answered ${response.status}`);
  return response.text();
};

const refreshDefinitions = async (source: string): Promise<void> => {
  const document = JSON.parse(await readSource(source)) as { components: { schemas: Record<string, OpenAPISchema> } };
  writeDefinitions(reduceDefinitions(document.components.schemas));
};

const { values } = parseArgs({ options: { check: { type: 'boolean' }, refresh: { type: 'string' } } });
if (values.refresh !== undefined) await refreshDefinitions(values.refresh);
const text = renderCRD(readDefinitions());
if (!values.check) {
  writeFileSync(crdFile, text);
} else if (readFileSync(crdFile, 'utf8') !== text) {
  console.error('the CRD differs from the output of its generator: run npm run generate');
  process.exitCode = 1;
}
