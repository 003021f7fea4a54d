/** What is wrong with one field. `value` is the offending value as the message shows it. */
export type FieldError =
  | { readonly kind: 'Invalid'; readonly path: string; readonly value: string; readonly detail: string }
  | { readonly kind: 'Required'; readonly path: string; readonly detail: string };

/** A field whose value is refused; `value` as `goQuote` or `goJSON` render it. */
export const invalid = (path: string, value: string | number, detail: string): FieldError => ({
  kind: 'Invalid',
  path,
  value: String(value),
  detail,
});

/** A field that must be set and is not. */
export const required = (path: string, detail = ''): FieldError => ({ kind: 'Required', path, detail });

/** One error in the words of the Kubernetes API: `<path>: Invalid value: <value>: <detail>`. */
export const formatFieldError = (error: FieldError): string => {
  const problem = error.kind === 'Invalid' ? `Invalid value: ${error.value}` : 'Required value';
  return error.detail === '' ? `${error.path}: ${problem}` : `${error.path}: ${problem}: ${error.detail}`;
};

/** All problems in one message: each text once, in order; in brackets when there are several. */
export const joinProblems = (problems: readonly string[]): string => {
  const texts = [...new Set(problems)];
  return texts.length === 1 ? String(texts[0]) : `[${texts.join(', ')}]`;
};

/** All errors in one message: each text once, in order; in brackets when there are several. */
export const formatFieldErrors = (errors: readonly FieldError[]): string => joinProblems(errors.map(formatFieldError));
