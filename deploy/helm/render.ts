import { execFileSync } from 'node:child_process';
import { globSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments, stringify } from 'yaml';
import { digestChart } from './digest-chart.ts';

type Manifest = { readonly kind: string; readonly spec?: object };

const FOLDER = new URL('rendered/', import.meta.url);
const CHART = fileURLToPath(new URL('lws', import.meta.url));
const HELM = process.env['HELM'] ?? 'helm';

const renderChart = (values: string): string =>
  execFileSync(HELM, ['template', 'lws', CHART, '--namespace', 'lws-system', '--values', values], {
    encoding: 'utf8',
    cwd: FOLDER,
    stdio: ['ignore', 'pipe', 'inherit'],
  });

/** The schema is long, and the same as in the file that the chart links to. */
const withoutSchema = (manifest: Manifest): Manifest => {
  const { spec: _, ...rest } = manifest;
  return manifest.kind === 'CustomResourceDefinition' ? rest : manifest;
};

for (const values of globSync('*.values.yaml', { cwd: FOLDER })) {
  const manifests = parseAllDocuments(renderChart(values)).map((document) => document.toJS() as Manifest);
  const text = manifests.map((manifest) => stringify(withoutSchema(manifest), { lineWidth: 0 })).join('---\n');
  writeFileSync(new URL(values.replace('.values', ''), FOLDER), text);
}
writeFileSync(new URL('chart.sha256', FOLDER), `${digestChart()}\n`);
