/** One mistake in the configuration: the field it concerns, and the whole sentence for the user. */
export type ConfigurationError = { readonly path: string; readonly message: string };

const MAX_SHOWN_LENGTH = 80;

const kindOf = (value: unknown): string | undefined => {
  if (Array.isArray(value)) return 'list';
  return typeof value === 'object' && value !== null ? 'map' : undefined;
};

/** A value as messages show it: maps and lists by their kind alone, as they may be endless. */
const show = (value: unknown): string => {
  const text = kindOf(value) ?? (typeof value === 'string' ? JSON.stringify(value) : String(value));
  return text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}…` : text;
};

/** A field whose value is refused, in the words of the Kubernetes API. */
export const invalidValue = (path: string, value: unknown, detail: string): ConfigurationError => ({
  path,
  message: `${path === '' ? 'configuration' : path}: Invalid value: ${show(value)}: ${detail}`,
});

/** A field that takes only certain texts, and has another; `shownPath` differs where upstream's messages do. */
export const unsupportedValue = (
  path: string,
  value: string,
  supported: readonly string[],
  shownPath = path,
): ConfigurationError => ({
  path,
  message: `${shownPath}: Unsupported value: ${show(value)}: supported values: ${supported.map(show).join(', ')}`,
});

/** A field that a map has more than once. */
export const duplicateField = (path: string): ConfigurationError => ({
  path,
  message: `strict decoding error: duplicate field ${JSON.stringify(path)}`,
});

/** All mistakes in one message: each text once, in order; in brackets when there are several. */
export const formatConfigurationErrors = (errors: readonly ConfigurationError[]): string => {
  const texts = [...new Set(errors.map(({ message }) => message))];
  return texts.length === 1 ? texts.join('') : `[${texts.join(', ')}]`;
};
