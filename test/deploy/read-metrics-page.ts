import type { Exposed } from './read-families.ts';

type Labels = ReadonlyMap<string, readonly string[]>;

/** A metric as docs/metrics.md describes it; a label that can have any value has none here. */
export type Documented = { readonly type: string; readonly labels: Labels };

const codeIn = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

const rowsOf = (section: string, cells: number): string[][] =>
  section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').slice(1, -1))
    .filter(({ length }) => length === cells);

/** A label with its values in brackets, or else with those that its section names. */
const readLabels = (cell: string, ofSection: Labels): Labels =>
  new Map(
    [...cell.matchAll(/`(\w+)`(?: \(([^)]*)\))?/g)].map(([, label = '', values]) => [
      label,
      values === undefined ? (ofSection.get(label) ?? []) : codeIn(values),
    ]),
  );

const readSection = (section: string): [string, Documented][] => {
  const ofSection = new Map(
    rowsOf(section, 2).map(([label = '', values = '']) => [label.trim().slice(1, -1), codeIn(values)]),
  );
  return rowsOf(section, 4).map(([name = '', type = '', labels = '']) => [
    name.trim().slice(1, -1),
    { type: type.trim(), labels: readLabels(labels, ofSection) },
  ]);
};

/** Reads the rows `metric | type | labels | meaning` of all sections of the page, and the rows `label | values` before them. */
export const readMetricsPage = (page: string): Map<string, Documented> =>
  new Map(page.split(/^## /m).flatMap(readSection));

const undocumentedOf = (name: string, { type, labels }: Exposed, known: Documented): string[] => {
  const faults = [...labels].flatMap(([label, values]) => {
    const allowed = known.labels.get(label);
    if (allowed === undefined) return label === 'le' ? [] : [`${name}: no label ${label}`];
    return allowed.length === 0
      ? []
      : [...values].filter((value) => !allowed.includes(value)).map((value) => `${name}: no ${label} ${value}`);
  });
  return type === known.type ? faults : [`${name} is a ${type}`, ...faults];
};

/** What the process exposes and the page does not know, as one sentence each. */
export const findUndocumented = (
  page: ReadonlyMap<string, Documented>,
  families: ReadonlyMap<string, Exposed>,
): string[] =>
  [...families].flatMap(([name, family]) => {
    const known = page.get(name);
    return known === undefined ? [`no metric ${name}`] : undocumentedOf(name, family, known);
  });

/** What the page tells of that the process, having exposed everything, does not have. */
export const findUnexposed = (
  page: ReadonlyMap<string, Documented>,
  families: ReadonlyMap<string, Exposed>,
): string[] =>
  [...page].flatMap(([name, { labels }]) => {
    const family = families.get(name);
    if (family === undefined) return [`no metric ${name}`];
    return [...labels].flatMap(([label, values]) => {
      const exposed = family.labels.get(label);
      if (exposed === undefined) return [`${name}: no label ${label}`];
      return values.filter((value) => !exposed.has(value)).map((value) => `${name}: no ${label} ${value}`);
    });
  });
