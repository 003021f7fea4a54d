const PLACEHOLDER = /<[^<>]*>|…/;

const escape = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&');

/** The fixed parts of a message as the documentation writes it: what stands in `<…>` differs. */
export const fixedParts = (message: string): string[] => message.split(PLACEHOLDER).filter((part) => part !== '');

/** Finds a message in a text, whatever stands where the documentation has `<…>`. */
export const messagePattern = (message: string): RegExp =>
  new RegExp(message.split(PLACEHOLDER).map(escape).join('[^]*?'));
