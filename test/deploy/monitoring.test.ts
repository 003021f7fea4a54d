import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import t from 'tap';
import { parse } from 'yaml';
import { createExpressionCheck } from './check-expression.ts';
import { exposeEverything } from './expose-everything.ts';
import { findUndocumented, findUnexposed, readMetricsPage } from './read-metrics-page.ts';

type Alert = { alert: string; expr: string; for: string; labels: object; annotations: Record<string, string> };
type Panel = {
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: { expr: string; legendFormat: string }[];
};

const read = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');

const rule = parse(read('../../deploy/monitoring/prometheus-rule.yaml')) as {
  spec: { groups: { name: string; rules: Alert[] }[] };
};
const alerts = rule.spec.groups.flatMap(({ rules }) => rules);
const dashboard = JSON.parse(read('../../deploy/monitoring/dashboard.json')) as { panels: Panel[] };

const families = await exposeEverything();
const check = createExpressionCheck(families);

void t.test('expressions are checked', (t) => {
  const cases: readonly { readonly expr: string; readonly expected: string[] }[] = [
    { expr: 'sum by (kind) (lws_informer_objects{kind="Pod"}) > 1', expected: [] },
    { expr: 'sum(rate(lws_informer_things[5m]))', expected: ['no metric lws_informer_things'] },
    { expr: 'lws_informer_objects{name="A"}', expected: ['no name on lws_informer_objects'] },
    { expr: 'sum by (le, kind) (lws_informer_objects)', expected: ['no le to group by'] },
    { expr: 'absent(vector(1))', expected: ['no metric at all'] },
    { expr: 'sum(lws_groups', expected: ['not PromQL at 14'] },
    { expr: 'lws_groups{state="redy"}', expected: ['no state redy of lws_groups'] },
    { expr: 'lws_groups{state=~"redy|.*"}', expected: [] },
    { expr: 'rate(lws_groups[5m])', expected: ['rate of the gauge lws_groups'] },
    { expr: 'sum by (state) (sum(lws_groups))', expected: ['no state to group by'] },
    { expr: 'histogram_quantile(0.9, lws_rollout_duration_seconds_sum)', expected: ['no le for histogram_quantile'] },
    { expr: 'sum without (state) (lws_groups)', expected: ['Without is not checked here'] },
    { expr: 'lws_groups / on (state) lws_groups', expected: ['MatchingModifierClause is not checked here'] },
  ];
  for (const { expr, expected } of cases) t.strictSame(check(expr).faults, expected, expr);
  t.end();
});

/** Names that the manager alone has. */
const isOwn = (name: string): boolean => name.startsWith('lws_');

/** Everything that is wrong with an expression, and with a text that shows these labels of its result. */
const problemsOf = (title: string, expr: string, shown: readonly string[]): string[] => {
  const { faults, selectors, labels } = check(expr);
  return [
    ...faults,
    // They would take in what other programs expose under the same name.
    ...selectors
      .filter(({ name, labels }) => !isOwn(name) && !labels.includes('job'))
      .map(({ name }) => `${name} of any job`),
    ...shown.filter((label) => !labels.has(label)).map((label) => `its result has no ${label} to show`),
  ].map((fault) => `${title}: ${fault}`);
};

const labelsIn = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, label = '']) => label);

void t.test('the alert rules', (t) => {
  t.strictSame(
    alerts.flatMap(({ alert, expr, annotations }) =>
      problemsOf(alert, expr, labelsIn(JSON.stringify(annotations), /\$labels\.(\w+)/g)),
    ),
    [],
    'ask for what the manager exposes, and show labels that are there',
  );
  const text = { type: 'string', minLength: 1 };
  const alert = {
    type: 'object',
    additionalProperties: false,
    required: ['alert', 'expr', 'for', 'labels', 'annotations'],
    properties: {
      alert: { type: 'string', pattern: '^LWS[A-Za-z]+$' },
      expr: text,
      for: { type: 'string', pattern: '^\\d+[smh]$' },
      labels: {
        type: 'object',
        additionalProperties: false,
        required: ['severity'],
        properties: { severity: { enum: ['warning', 'critical'] } },
      },
      annotations: {
        type: 'object',
        additionalProperties: false,
        required: ['summary', 'description'],
        properties: { summary: text, description: text },
      },
    },
  };
  const validate = new Ajv().compile({ type: 'array', items: alert, minItems: 1 });
  validate(alerts);
  t.strictSame(validate.errors, null, 'have what a rule of Prometheus has');
  t.equal(new Set(alerts.map(({ alert }) => alert)).size, alerts.length, 'have names of their own');
  t.end();
});

type Definition = readonly [name: string, schema: object];

/** Grafana's own schema of a dashboard; what depends on plugins is open in it. */
const grafanaSchema = (): object => {
  const lines = read('grafana-v13.2.3.schemas.jsonl').trimEnd().split('\n');
  const definitions = Object.fromEntries(lines.map((line) => JSON.parse(line) as Definition));
  return { $ref: '#/definitions/Dashboard', definitions };
};

const datasource = { const: { type: 'prometheus', uid: '${datasource}' } };

/** What Grafana leaves open, or to chance. */
const OUR_PANELS = {
  type: 'array',
  items: {
    anyOf: [
      { type: 'object', required: ['id', 'gridPos', 'title'], properties: { type: { const: 'row' } } },
      {
        type: 'object',
        required: ['id', 'gridPos', 'title', 'description', 'datasource', 'fieldConfig', 'targets'],
        properties: {
          type: { enum: ['stat', 'timeseries'] },
          datasource,
          fieldConfig: {
            type: 'object',
            properties: {
              defaults: { type: 'object', required: ['unit'], properties: { unit: { type: 'string', minLength: 1 } } },
            },
          },
          targets: {
            type: 'array',
            minItems: 1,
            items: {
              type: 'object',
              additionalProperties: false,
              required: ['refId', 'datasource', 'expr', 'legendFormat'],
              properties: {
                refId: { type: 'string', pattern: '^[A-Z]$' },
                datasource,
                expr: { type: 'string' },
                legendFormat: { type: 'string' },
              },
            },
          },
        },
      },
    ],
  },
};

void t.test('the dashboard', (t) => {
  const { panels } = dashboard;
  t.strictSame(
    panels.flatMap(({ title, targets = [] }) =>
      targets.flatMap(({ expr, legendFormat }) => problemsOf(title, expr, labelsIn(legendFormat, /\{\{(\w+)\}\}/g))),
    ),
    [],
    'asks for what the manager exposes, and its legends show labels that are there',
  );
  const ajv = new Ajv({ allowUnionTypes: true });
  const isDashboard = ajv.compile(grafanaSchema());
  isDashboard(dashboard);
  t.strictSame(isDashboard.errors, null, 'is one by the schema of Grafana');
  t.notOk(isDashboard({ ...dashboard, panel: [] }), 'which knows all fields');
  const arePanels = ajv.compile(OUR_PANELS);
  arePanels(panels);
  t.strictSame(arePanels.errors, null, 'has panels that say what they show');

  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
  );
  t.equal(new Set(cells).size, cells.length, 'has no panel over another');
  t.ok(
    panels.every(({ gridPos: { x, w } }) => x + w <= 24),
    'fits into its 24 columns',
  );
  t.end();
});

void t.test('docs/metrics.md', (t) => {
  const page = readMetricsPage(read('../../docs/metrics.md'));
  t.strictSame(findUndocumented(page, families), [], 'knows every metric, its type, its labels and their values');
  // Node.js has no series of what does not occur.
  const always = new Map([...page].filter(([name]) => !name.startsWith('nodejs_')));
  t.strictSame(findUnexposed(always, families), [], 'and tells of no other');
  t.ok(page.size > 60);
  t.end();
});
