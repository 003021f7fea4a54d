import { FLAG_DEFINITIONS } from './flag-definitions.ts';
import type { FlagDefinition } from './flag-definitions.ts';
import type { GivenFlags } from './given-flags.ts';

/** All flags, or all that is wrong with them. */
export type ReadFlags = { readonly flags: GivenFlags } | { readonly errors: readonly string[] };

type Step = { readonly flags?: GivenFlags; readonly error?: string; readonly rest: readonly string[] };

const quote = (text: string): string => JSON.stringify(text);

const refuseArgument = (argument: string, rest: readonly string[]): Step => {
  const hint = /^(?:true|false)$/i.test(argument) ? `: a boolean is written as --flag=${argument}` : '';
  return { error: `unexpected argument ${quote(argument)}${hint}`, rest };
};

/** What follows an unknown flag is most likely its value, which would be one more error. */
const refuseUnknown = (name: string, inline: string | undefined, rest: readonly string[]): Step => ({
  error: `flag provided but not defined: -${name}`,
  rest: inline === undefined && rest[0]?.startsWith('-') === false ? rest.slice(1) : rest,
});

const readBoolean = ({ name, value }: FlagDefinition, text: string, rest: readonly string[]): Step => {
  const flags = value(text);
  return typeof flags === 'string'
    ? { error: `invalid boolean value ${quote(text)} for -${name}: ${flags}`, rest }
    : { flags, rest };
};

const readValue = ({ name, value }: FlagDefinition, text: string | undefined, rest: readonly string[]): Step => {
  if (text === undefined) return { error: `flag needs an argument: -${name}`, rest };
  const flags = value(text);
  return typeof flags === 'string'
    ? { error: `invalid value ${quote(text)} for flag -${name}: ${flags}`, rest }
    : { flags, rest };
};

/** Reads the first argument, with its value when that is an argument of its own. */
const readNext = (argument: string, rest: readonly string[]): Step => {
  if (argument === '--') return { rest: [] };
  if (!argument.startsWith('-') || argument === '-') return refuseArgument(argument, rest);
  const [, name, inline] = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(argument) ?? [];
  if (name === undefined) return { error: `bad flag syntax: ${argument}`, rest };
  if (name === 'h' || name === 'help') return { flags: { help: true }, rest };

  const definition = FLAG_DEFINITIONS.find((candidate) => candidate.name === name);
  if (definition === undefined) return refuseUnknown(name, inline, rest);
  if (definition.placeholder === undefined) return readBoolean(definition, inline ?? 'true', rest);
  return inline === undefined ? readValue(definition, rest[0], rest.slice(1)) : readValue(definition, inline, rest);
};

/**
 * Reads arguments in Go's syntax: one or two dashes, `--flag=value` or `--flag value`, booleans with `=`; the last of
 * equal flags wins, and what follows `--` is ignored. Other arguments are refused, where Go would stop reading.
 */
export const readFlags = (argv: readonly string[]): ReadFlags => {
  const errors: string[] = [];
  let flags: GivenFlags = {};
  let [argument, ...rest]: readonly string[] = argv;
  while (argument !== undefined) {
    const step = readNext(argument, rest);
    if (step.error !== undefined) errors.push(step.error);
    flags = { ...flags, ...step.flags };
    [argument, ...rest] = step.rest;
  }
  return errors.length > 0 ? { errors } : { flags };
};
