import { parser } from '@prometheus-io/lezer-promql';
import { type Exposed, seriesOf } from './read-families.ts';

type Node = ReturnType<typeof parser.parse>['topNode'];

/** A metric that an expression asks for, with the labels that it names. */
export type Selector = {
  readonly name: string;
  readonly labels: readonly string[];
};

export type CheckedExpression = {
  /** What is wrong with it, as one sentence each. */
  readonly faults: readonly string[];
  readonly selectors: readonly Selector[];
  /** The labels of the series that it results in. */
  readonly labels: ReadonlySet<string>;
};

type Series = {
  readonly type: string;
  readonly labels: ReadonlyMap<string, ReadonlySet<string>>;
};

/** What Prometheus adds to every series that it scrapes. */
const OF_TARGETS = new Set(['job', 'pod']);
const NO_LABELS: ReadonlySet<string> = new Set();
const OF_COUNTERS = new Set(['rate', 'irate', 'increase']);
/** Nothing of ours needs these, and what they do to labels is not followed here. */
const NOT_FOLLOWED = new Set(['Without', 'MatchingModifierClause', 'QuotedLabelMatcher', 'GroupLeft', 'GroupRight']);

const seriesByName = (families: ReadonlyMap<string, Exposed>): Map<string, Series> =>
  new Map(
    [...families].flatMap(([name, family]) =>
      seriesOf(name, family).map((series): [string, Series] => {
        const labels = new Map(family.labels);
        if (!series.endsWith('_bucket')) labels.delete('le');
        return [series, { type: family.type, labels }];
      }),
    ),
  );

const childrenOf = (node: Node): Node[] => {
  const children: Node[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
};

const union = (sets: readonly ReadonlySet<string>[]): ReadonlySet<string> => new Set(sets.flatMap((set) => [...set]));

/** Checks expressions by Prometheus' own grammar, and every metric and label in them against what is exposed. */
export const createExpressionCheck = (families: ReadonlyMap<string, Exposed>) => {
  const known = seriesByName(families);

  return (expr: string): CheckedExpression => {
    // Grafana replaces its variables before it asks Prometheus.
    const text = expr.replaceAll('$__rate_interval', '5m');
    const faults: string[] = [];
    const selectors: Selector[] = [];
    const textOf = ({ from, to }: Node): string => text.slice(from, to);

    const checkMatcher = (name: string, { labels }: Series, matcher: Node): string => {
      const label = textOf(matcher.getChild('LabelName') ?? matcher);
      if (OF_TARGETS.has(label)) return label;
      const values = labels.get(label);
      const value = textOf(matcher.getChild('StringLiteral') ?? matcher).slice(1, -1);
      const isExact = ['EqlSingle', 'Neq'].some((kind) => matcher.getChild('MatchOp')?.getChild(kind));
      if (values === undefined) faults.push(`no ${label} on ${name}`);
      else if (isExact && !values.has(value)) faults.push(`no ${label} ${value} of ${name}`);
      return label;
    };

    const checkSelector = (node: Node): ReadonlySet<string> => {
      const name = textOf(node.getChild('Identifier') ?? node);
      const series = known.get(name);
      if (series === undefined) faults.push(`no metric ${name}`);
      const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
      const labels = series === undefined ? [] : matchers.map((matcher) => checkMatcher(name, series, matcher));
      selectors.push({ name, labels });
      return series === undefined ? NO_LABELS : new Set([...OF_TARGETS, ...series.labels.keys()]);
    };

    const checkAggregate = (node: Node, inner: ReadonlySet<string>): ReadonlySet<string> => {
      const grouping = node.getChild('AggregateModifier')?.getChild('GroupingLabels')?.getChildren('LabelName') ?? [];
      const labels = grouping.map(textOf);
      faults.push(...labels.filter((label) => !inner.has(label)).map((label) => `no ${label} to group by`));
      return new Set(labels);
    };

    const checkCall = (node: Node, inner: ReadonlySet<string>): ReadonlySet<string> => {
      const called = textOf(node.getChild('FunctionIdentifier') ?? node);
      const asked = selectors.at(-1)?.name ?? '';
      if (OF_COUNTERS.has(called) && known.get(asked)?.type === 'gauge') faults.push(`${called} of the gauge ${asked}`);
      if (called !== 'histogram_quantile') return inner;
      if (!inner.has('le')) faults.push('no le for histogram_quantile');
      return new Set([...inner].filter((label) => label !== 'le'));
    };

    const check = (node: Node): ReadonlySet<string> => {
      if (node.type.isError) faults.push(`not PromQL at ${node.from}`);
      if (NOT_FOLLOWED.has(node.name)) faults.push(`${node.name} is not checked here`);
      if (node.name === 'VectorSelector') return checkSelector(node);
      const inner = childrenOf(node).map(check);
      if (node.name === 'AggregateExpr') return checkAggregate(node, union(inner));
      if (node.name === 'FunctionCall') return checkCall(node, union(inner));
      // Without `on`, both sides have to have the same labels, unless one of them is a number.
      return node.name === 'BinaryExpr' ? (inner.find(({ size }) => size > 0) ?? NO_LABELS) : union(inner);
    };

    const labels = check(parser.parse(text).topNode);
    if (selectors.length === 0) faults.push('no metric at all');
    return { faults, selectors, labels };
  };
};
