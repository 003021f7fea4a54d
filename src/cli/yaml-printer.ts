import { Document, type Tags, visit } from 'yaml';
import { KUBECTL_YAML } from './kubectl-yaml.ts';
import type { ObjectPrinter } from './object-printer.ts';
import { sortKeys } from './sort-keys.ts';

/** Text that stays on one line, in quotes: kubectl's reader stumbles over it in a block, takes some of it for the end of a line, or merges maps for it. */
const NEEDS_QUOTES = /^<<$|^[ \n]*[ \t]|[\t\r\u0085\u2028\u2029\uFEFF]/;

/** Otherwise the writer takes a key `<<` for a wish to merge maps, and leaves its quotes out. */
const withoutMerging = (tags: Tags): Tags =>
  tags.filter((tag) => typeof tag === 'string' || tag.tag !== 'tag:yaml.org,2002:merge');

/** As kubectl lays YAML out, and quoted so that readers of YAML 1.1 and of 1.2 find the same values in it. */
const toYaml = (object: object): string => {
  const document = new Document(sortKeys(object), {
    version: KUBECTL_YAML.version,
    customTags: (tags) => withoutMerging(KUBECTL_YAML.customTags(tags)),
    compat: 'yaml-1.1',
    aliasDuplicateObjects: false,
  });
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value === 'string' && NEEDS_QUOTES.test(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  // YAML 1.1 takes U+0085 for the end of a line even in quotes.
  return document.toString({ indentSeq: false, lineWidth: 0, blockQuote: 'literal' }).replaceAll('\u0085', '\\N');
};

/** Prints objects as YAML documents. */
export const createYamlPrinter = (write: (text: string) => void): ObjectPrinter => {
  let separator = '';
  return {
    print: (object) => {
      write(separator + toYaml(object));
      separator = '---\n';
    },
    end: () => {},
  };
};
