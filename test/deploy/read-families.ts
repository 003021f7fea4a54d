/** A metric as a scrape shows it: its type, and the values that each of its labels has. */
export type Exposed = { readonly type: string; readonly labels: ReadonlyMap<string, ReadonlySet<string>> };

const suffixesOf = (type: string): readonly string[] =>
  ({ histogram: ['_bucket', '_sum', '_count'], summary: ['', '_sum', '_count'] })[type] ?? [''];

/** Reads the families of a scrape, by name. */
export const readFamilies = (text: string): Map<string, Exposed> => {
  const types = new Map([...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name = '', type = '']) => [name, type]));
  const families = new Map<string, { type: string; labels: Map<string, Set<string>> }>();
  const familyOf = new Map(
    [...types].flatMap(([name, type]) => suffixesOf(type).map((suffix) => [name + suffix, name] as const)),
  );
  for (const [name, type] of types) families.set(name, { type, labels: new Map() });
  for (const [, series = '', labels = ''] of text.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)) {
    const family = families.get(familyOf.get(series) ?? '');
    if (family === undefined) throw new Error(`the series ${series} is of no family`);
    for (const [, label = '', value = ''] of labels.matchAll(/(\w+)="([^"]*)"/g))
      family.labels.set(label, (family.labels.get(label) ?? new Set()).add(value));
  }
  return families;
};

/** The series of a family, with the label that histograms add to their buckets. */
export const seriesOf = (name: string, { type }: Exposed): string[] => suffixesOf(type).map((suffix) => name + suffix);
