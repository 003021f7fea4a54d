import { readBindAddress } from './bind-address.ts';
import { parseDuration } from './parse-duration.ts';
import type { GivenFlags } from './given-flags.ts';

/** Reads the text of a flag: the flag with its value, or what is wrong with the text. */
export type FlagValue = (text: string) => GivenFlags | string;

const PARSE_ERROR = 'parse error';
const OUT_OF_RANGE = 'value out of range';
const MAX_INT32 = 2_147_483_647;

const TRUE = /^(?:1|t|T|TRUE|true|True)$/;
const FALSE = /^(?:0|f|F|FALSE|false|False)$/;

/** Any text. */
export const textValue =
  (set: (value: string) => GivenFlags): FlagValue =>
  (text) =>
    set(text);

/** True or false, in the spellings Go knows. */
export const booleanValue =
  (set: (value: boolean) => GivenFlags): FlagValue =>
  (text) =>
    TRUE.test(text) || FALSE.test(text) ? set(TRUE.test(text)) : PARSE_ERROR;

/** A decimal integer that is not negative. */
export const countValue =
  (set: (value: number) => GivenFlags): FlagValue =>
  (text) => {
    if (!/^[-+]?(?:0|[1-9]\d*)$/.test(text)) return PARSE_ERROR;
    const value = Number(text);
    if (value < 0) return 'must not be negative';
    return value > MAX_INT32 ? OUT_OF_RANGE : set(value);
  };

/** A decimal number. */
export const numberValue =
  (set: (value: number) => GivenFlags): FlagValue =>
  (text) => {
    if (!/^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(text)) return PARSE_ERROR;
    const value = Number(text);
    return Number.isFinite(value) ? set(value) : OUT_OF_RANGE;
  };

/** A Go duration, in milliseconds. */
export const durationValue =
  (set: (ms: number) => GivenFlags): FlagValue =>
  (text) => {
    const ms = parseDuration(text);
    return ms === undefined ? PARSE_ERROR : set(ms);
  };

/** The address of a server. */
export const addressValue =
  (set: (value: string) => GivenFlags): FlagValue =>
  (text) => {
    const address = readBindAddress(text);
    return address.kind === 'invalid' ? address.problem : set(text);
  };

/** One of certain words, in any case; `what` names it when it is another. */
export const wordValue =
  (what: string, words: readonly string[], set: (value: string) => GivenFlags): FlagValue =>
  (text) =>
    words.includes(text.toLowerCase()) ? set(text.toLowerCase()) : `invalid ${what} ${JSON.stringify(text)}`;
