import type { DocumentOptions, ParseOptions, ScalarTag, SchemaOptions, Tags } from 'yaml';

const digitsOf = (text: string): string => text.replaceAll('_', '').toLowerCase();

/** `0o644`, `0X1F` and `0B11`, which YAML 1.1 proper does not know. */
const prefixedInteger: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^[-+]?0(?:[oO][0-7_]+|X[0-9a-fA-F_]+|B[01_]+)$/,
  resolve: (text) => {
    const size = Number(digitsOf(text).replace(/^[-+]/, ''));
    return text.startsWith('-') ? -size : size;
  },
};

const float: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  test: /^[-+]?(?:\.[0-9]+|[0-9][0-9_]*\.[0-9_]*|[0-9][0-9_]*(?=[eE]))(?:[eE][-+]?[0-9_]+)?$/,
  resolve: (text) => Number(digitsOf(text)),
};

const binary: ScalarTag = {
  tag: 'tag:yaml.org,2002:binary',
  resolve: (text) => Buffer.from(text, 'base64').toString(),
};

/** kubectl reads dates and `1:30` as text, and never makes bytes or sets of a value. */
const isKept = (tag: Tags[number]): boolean =>
  typeof tag === 'string' ||
  !(
    /:(?:timestamp|binary|set|omap|pairs)$/.test(tag.tag) ||
    ('format' in tag && tag.format === 'TIME') ||
    ('format' in tag && tag.format === 'EXP') ||
    (tag.tag.endsWith(':float') && 'test' in tag && (tag.test?.test('1.5') ?? false))
  );

/** Reads YAML as kubectl does: YAML 1.1 (`yes` is true, `0644` is octal) as Go's parser understands it. */
export const KUBECTL_YAML = {
  version: '1.1' as const,
  merge: true,
  customTags: (tags: Tags): Tags => [prefixedInteger, float, binary, ...tags.filter(isKept)],
} satisfies ParseOptions & DocumentOptions & SchemaOptions;
