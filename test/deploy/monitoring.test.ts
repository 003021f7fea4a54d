import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import t from 'tap';
import { parse } from 'yaml';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { createReconcilerMetrics } from '../../src/telemetry/reconciler-metrics.ts';

type Query = { readonly title: string; readonly expr: string };
type Alert = { alert: string; expr: string; for: string; labels: object; annotations: Record<string, string> };
type Panel = {
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: { expr: string; legendFormat: string }[];
};

const MONITORING = new URL('../../deploy/monitoring/', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, MONITORING), 'utf8');

const rule = parse(read('prometheus-rule.yaml')) as { spec: { groups: { name: string; rules: Alert[] }[] } };
const alerts = rule.spec.groups.flatMap(({ rules }) => rules);
const dashboard = JSON.parse(read('dashboard.json')) as { panels: Panel[] };

/** What Prometheus adds to every series that it scrapes. */
const OF_TARGETS = ['job', 'pod'];

/** Everything that the manager can tell of, once, so that each series and its labels are there. */
const scrape = async (): Promise<string> => {
  const metrics = createMetrics();
  const webhook = metrics.webhook.forPath('/a');
  webhook.started();
  webhook.decided('allowed');
  webhook.finished(200, 0.001);
  metrics.policy.loaded([]);
  metrics.policy.decided('a', 'deny', 'denied');
  metrics.certificate.expiresAt(new Date(0));
  const { controller, informer, leaderElection, readFamilies, restClient, workQueue } = createReconcilerMetrics();
  controller.workers('a', 1);
  controller.activeWorkers('a', 1);
  controller.reconciled({ controller: 'a', result: 'error' }, 1);
  informer.events({ kind: 'A', type: 'ADDED' });
  informer.relists({ kind: 'A' });
  informer.watchFailures({ kind: 'A' });
  informer.objects({ kind: 'A' }, 1);
  informer.observeAge({ kind: 'A' }, () => 1);
  leaderElection.isLeader('a', true);
  restClient.requests({ method: 'GET', host: 'a', code: '200' });
  restClient.requestSeconds({ verb: 'GET', host: 'a' }, 1);
  workQueue.depth('a', 1);
  workQueue.retries('a');
  workQueue.queueSeconds('a', 1);
  workQueue.observeRunning('a', () => ({ total: 1, longest: 1 }));
  return metrics.read([await readFamilies()]);
};

/** Labels by the names of the series that a scrape shows. */
const readSeries = (text: string): Map<string, Set<string>> => {
  const series = new Map<string, Set<string>>();
  for (const line of text.split('\n')) {
    const [, name, labels = ''] = /^([a-z_]+)(?:\{(.*)\})? /.exec(line) ?? [];
    if (name === undefined) continue;
    const known = series.get(name) ?? new Set(OF_TARGETS);
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) known.add(label);
    series.set(name, known);
  }
  return series;
};

const series = readSeries(await scrape());

const WORDS = new Set(['by', 'and', 'or', 'unless', 'on', 'ignoring', 'bool', 'offset', 'without']);

type Selected = { readonly names: string[]; readonly matched: [string, string][]; readonly grouped: string[] };

/** The names that an expression asks for, with the labels of each selector, and the labels that it groups by. */
const parseExpression = (expr: string): Selected => {
  const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, labels = '']) => labels.split(/, */));
  const rest = expr.replaceAll(/\bby \([^)]*\)/g, '').replaceAll(/\[[^\]]*\]/g, '');
  const matched = [...rest.matchAll(/([a-z_]+)\{([^}]*)\}/g)].flatMap(([, name = '', labels = '']) =>
    [...labels.matchAll(/(\w+) *(?:=~|!~|!=|=)/g)].map(([, label = '']): [string, string] => [name, label]),
  );
  const names = [...rest.replaceAll(/\{[^}]*\}/g, '').matchAll(/[a-z_]\w*(?!\w|\s*\()/gi)].map(([name]) => name);
  return { names: names.filter((name) => !WORDS.has(name)), matched, grouped };
};

/** What an expression asks for that nobody has; an empty list when it is sound. */
const problemsOf = ({ title, expr }: Query): string[] => {
  const { names, matched, grouped } = parseExpression(expr);
  const unknown = names.filter((name) => !series.has(name)).map((name) => `${title}: no metric ${name}`);
  if (names.length === 0 || unknown.length > 0) return names.length === 0 ? [`${title}: no metric at all`] : unknown;
  const has = (name: string, label: string): boolean => series.get(name)?.has(label) ?? false;
  return [
    ...matched.filter(([name, label]) => !has(name, label)).map(([name, label]) => `${title}: no ${label} on ${name}`),
    ...grouped
      .filter((label) => !names.every((name) => has(name, label)))
      .map((label) => `${title}: no ${label} to group by`),
  ];
};

void t.test('expressions are checked', (t) => {
  const cases: readonly { readonly expr: string; readonly expected: string[] }[] = [
    { expr: 'sum by (kind) (lws_informer_objects{kind="A"}) > 1', expected: [] },
    { expr: 'sum(rate(lws_informer_things[5m]))', expected: ['x: no metric lws_informer_things'] },
    { expr: 'lws_informer_objects{name="A"}', expected: ['x: no name on lws_informer_objects'] },
    { expr: 'sum by (le, kind) (lws_informer_objects)', expected: ['x: no le to group by'] },
    { expr: 'absent(vector(1))', expected: ['x: no metric at all'] },
  ];
  for (const { expr, expected } of cases) t.strictSame(problemsOf({ title: 'x', expr }), expected, expr);
  t.end();
});

/** Names that the manager alone has. */
const isOwn = (name: string): boolean => name.startsWith('lws_');

/** Selectors that would take in what other programs expose under the same name. */
const unboundOf = ({ title, expr }: Query): string[] => {
  const { names, matched } = parseExpression(expr);
  const bound = new Set(matched.filter(([, label]) => label === 'job').map(([name]) => name));
  return names.filter((name) => !isOwn(name) && !bound.has(name)).map((name) => `${title}: ${name} of any job`);
};

void t.test('the alert rules', (t) => {
  t.strictSame(
    alerts.flatMap(({ alert, expr }) => problemsOf({ title: alert, expr })),
    [],
    'ask for metrics that the manager exposes',
  );
  t.strictSame(
    alerts.flatMap(({ alert, expr }) => unboundOf({ title: alert, expr })),
    [],
    'and of no other program',
  );
  for (const { alert, expr, annotations } of alerts) {
    const shown = [...JSON.stringify(annotations).matchAll(/\$labels\.(\w+)/g)].map(([, label = '']) => label);
    const { names, grouped } = parseExpression(expr);
    const kept = grouped.length > 0 ? grouped : [...(series.get(names[0] ?? '') ?? [])];
    t.strictSame(
      shown.filter((label) => !kept.includes(label)),
      [],
      `${alert} shows labels that its expression keeps`,
    );
  }
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

const text = { type: 'string' };
const natural = { type: 'integer', minimum: 0 };
const closed = (properties: Record<string, object>, optional: readonly string[] = []): object => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  properties,
});
const datasource = closed({ type: { const: 'prometheus' }, uid: { const: '${datasource}' } });
const gridPos = closed({ x: natural, y: natural, w: { type: 'integer', minimum: 1, maximum: 24 }, h: natural });

/** As much of Grafana's schema of dashboards as this one uses. */
const DASHBOARD = closed({
  uid: { type: 'string', pattern: '^[a-z-]{1,40}$' },
  title: text,
  tags: { type: 'array', items: text },
  schemaVersion: natural,
  editable: { type: 'boolean' },
  refresh: text,
  timezone: { enum: ['browser', 'utc'] },
  time: closed({ from: text, to: text }),
  templating: closed({
    list: {
      type: 'array',
      items: closed(
        {
          name: text,
          label: text,
          type: { enum: ['datasource', 'query'] },
          query: { anyOf: [text, closed({ query: text, refId: text })] },
          datasource,
          refresh: { enum: [0, 1, 2] },
          current: closed({ text, value: text }),
        },
        ['datasource', 'refresh', 'current'],
      ),
    },
  }),
  panels: {
    type: 'array',
    items: {
      anyOf: [
        closed({
          id: natural,
          type: { const: 'row' },
          title: text,
          collapsed: { const: false },
          gridPos,
          panels: { type: 'array', maxItems: 0 },
        }),
        closed({
          id: natural,
          type: { enum: ['stat', 'timeseries'] },
          title: text,
          description: text,
          datasource,
          gridPos,
          fieldConfig: closed({ defaults: closed({ unit: text }), overrides: { type: 'array', maxItems: 0 } }),
          options: { type: 'object' },
          targets: {
            type: 'array',
            minItems: 1,
            items: closed({
              refId: { type: 'string', pattern: '^[A-Z]$' },
              datasource,
              expr: text,
              legendFormat: text,
            }),
          },
        }),
      ],
    },
  },
});

void t.test('the dashboard', (t) => {
  const { panels } = dashboard;
  const queries = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));
  t.strictSame(queries.flatMap(problemsOf), [], 'asks for metrics that the manager exposes');
  t.strictSame(queries.flatMap(unboundOf), [], 'and of no other program');
  for (const { title, targets = [] } of panels) {
    for (const { expr, legendFormat } of targets) {
      const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label);
      const { names, grouped } = parseExpression(expr);
      const kept = /\b(?:sum|max|min)\b/.test(expr) ? grouped : [...(series.get(names[0] ?? '') ?? [])];
      t.strictSame(
        shown.filter((label) => !kept.includes(label)),
        [],
        `${title}: its legend has labels that are there`,
      );
    }
  }
  const validate = new Ajv({ allowUnionTypes: true }).compile(DASHBOARD);
  validate(dashboard);
  t.strictSame(validate.errors, null, 'has the form of a dashboard of Grafana');

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
