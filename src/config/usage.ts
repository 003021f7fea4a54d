import { FLAG_DEFINITIONS } from './flag-definitions.ts';

/** The flags with what they do, for `--help` and beside errors. */
export const usage = (): string =>
  FLAG_DEFINITIONS.map(({ name, placeholder, description }) => {
    const flag = placeholder === undefined ? `--${name}` : `--${name} ${placeholder}`;
    return `  ${flag}\n        ${description}\n`;
  }).join('');
