/** Writes objects one after the other, so that not all of their text is held at once. `end` is called once, after the last of them. */
export type ObjectPrinter = { readonly print: (object: object) => void; readonly end: () => void };
