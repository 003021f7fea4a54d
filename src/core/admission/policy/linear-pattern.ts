import { RE2JS, RE2JSException } from 're2js';
import type { Meter } from './meter.ts';

const MAX_LENGTH = 1_000;
const MAX_PROGRAM_SIZE = 1_000;
/** One step is worth this many instructions over one character each: matching takes at most instructions × characters. */
const WORK_PER_STEP = 16;
/**
 * Most patterns go through a text once, whatever their size. One that counts repetitions may have more states than the engine remembers,
 * and it then goes through every instruction at every character.
 */
const WORK_PER_STEP_WHEN_COUNTING = 2;
const COUNTS = /\{\d/;

/** Says why a text cannot be the pattern of a policy; undefined when it can. */
export const findPatternProblem = (pattern: string): string | undefined => {
  if (pattern.length > MAX_LENGTH) return `has ${pattern.length} characters, but at most ${MAX_LENGTH} are allowed`;
  try {
    const size = RE2JS.compile(RE2JS.translateRegExp(pattern)).programSize();
    if (size <= MAX_PROGRAM_SIZE) return undefined;
    return `compiles to ${size} instructions, but at most ${MAX_PROGRAM_SIZE} are allowed`;
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return `is no regular expression of RE2, which knows neither look-around nor back-references: ${error.message}`;
  }
};

/**
 * Makes patterns that take time linear in the text, whatever the pattern: RE2's syntax, searched anywhere in the text. What they do is
 * spent from the meter. Throws for a pattern with a problem.
 */
export const createPatternEngine = (meter: Meter) => {
  const compile = (pattern: string) => {
    const expression = RE2JS.compile(RE2JS.translateRegExp(pattern));
    const size = expression.programSize();
    const workPerStep = COUNTS.test(pattern) ? WORK_PER_STEP_WHEN_COUNTING : WORK_PER_STEP;
    return {
      test: (text: string): boolean => {
        meter.spend(Math.ceil((text.length * size) / workPerStep));
        return expression.test(text);
      },
      // ajv keeps one pattern per text.
      toString: () => pattern,
    };
  };
  // ajv wants the name by which generated source text would call it; no source text is generated.
  return Object.assign(compile, { code: 'createPattern' });
};
