import { isSameJSON } from '../is-same-json.ts';
import type { Violation } from './violation.ts';

const UPPER_LIMITS = new Set([
  'maximum',
  'exclusiveMaximum',
  'maxItems',
  'items',
  'maxProperties',
  'maxLength',
  'too many',
]);
const LOWER_LIMITS = new Set(['minimum', 'exclusiveMinimum', 'minItems', 'minProperties', 'minLength']);
/** They judge a list or a map as a whole, most of which is none of their concern: that it changed elsewhere is no new violation. */
const COMBINATIONS = new Set(['anyOf', 'oneOf', 'not', 'contains']);

const measure = (found: unknown): number => {
  if (typeof found === 'number') return found;
  if (typeof found === 'string' || Array.isArray(found)) return found.length;
  return typeof found === 'object' && found !== null ? Object.keys(found).length : 0;
};

const isContainer = (found: unknown): boolean => typeof found === 'object' && found !== null;

/** Whether what is found now is the same as before, or nearer to what is demanded. */
const isNoWorse = ({ keyword, found }: Violation, before: Violation): boolean => {
  if (UPPER_LIMITS.has(keyword)) return measure(found) <= measure(before.found);
  if (LOWER_LIMITS.has(keyword)) return measure(found) >= measure(before.found);
  if (COMBINATIONS.has(keyword) && isContainer(found) && isContainer(before.found)) return true;
  return isSameJSON(found, before.found);
};

/**
 * Makes a test for the violations of an update: true for one that the set had before in the same way, so that it is not the update's
 * fault. The same demand at the same place counts as the same way, as long as what is found there has not changed for the worse.
 */
export const createToleration = (before: readonly Violation[]): ((violation: Violation) => boolean) => {
  const known = Map.groupBy(before, ({ identity }) => identity);
  return (violation) =>
    (known.get(violation.identity) ?? []).some(
      (candidate) => candidate.rule === violation.rule && isNoWorse(violation, candidate),
    );
};
