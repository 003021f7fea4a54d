import type { ObjectPrinter } from './object-printer.ts';
import { sortKeys } from './sort-keys.ts';

const INDENT = '    ';

const indentItem = (object: object): string =>
  JSON.stringify(sortKeys(object), null, INDENT).replaceAll('\n', `\n${INDENT}${INDENT}`);

/** Prints objects as one JSON document: a List, as kubectl does. */
export const createJsonPrinter = (write: (text: string) => void): ObjectPrinter => {
  let isEmpty = true;
  const open = (): void => write(`{\n${INDENT}"apiVersion": "v1",\n${INDENT}"items": [`);
  return {
    print: (object) => {
      if (isEmpty) open();
      write(`${isEmpty ? '' : ','}\n${INDENT}${INDENT}${indentItem(object)}`);
      isEmpty = false;
    },
    end: () => {
      if (isEmpty) open();
      write(`${isEmpty ? '' : `\n${INDENT}`}],\n${INDENT}"kind": "List"\n}\n`);
    },
  };
};
