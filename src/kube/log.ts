type Write = (context: object, message: string) => void;

/** What this layer needs of a logger: pino and the project's own logger fit. */
export type Log = { readonly debug: Write; readonly info: Write; readonly warn: Write; readonly error: Write };
