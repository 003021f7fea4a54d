import { stringify } from 'yaml';
import { KUBECTL_YAML } from './kubectl-yaml.ts';
import type { ObjectPrinter } from './object-printer.ts';
import { sortKeys } from './sort-keys.ts';

/** As kubectl lays YAML out, and quoted so that readers of YAML 1.1 and of 1.2 find the same values in it. */
const toYaml = (object: object): string =>
  stringify(sortKeys(object), {
    ...KUBECTL_YAML,
    compat: 'yaml-1.1',
    aliasDuplicateObjects: false,
    indentSeq: false,
    lineWidth: 0,
  });

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
