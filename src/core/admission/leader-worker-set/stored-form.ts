import type { LeaderWorkerSet } from '../../../api/leader-worker-set.ts';
import { canonicalTemplateParts } from '../../canonical/canonical-template-parts.ts';
import { type Json, isJsonObject } from '../../canonical/json.ts';
import type { Loose } from '../loose.ts';
import { type PatchOperation, pointer } from '../patch-operation.ts';

type Path = readonly (string | number)[];

/** What `canonical` has and `actual` lacks, or has in other words. What only `actual` has stays. */
const complete = (actual: Json | undefined, canonical: Json, path: Path): PatchOperation[] => {
  if (isJsonObject(actual) && isJsonObject(canonical))
    return Object.entries(canonical).flatMap(([key, value]) =>
      actual[key] === undefined
        ? [{ op: 'add', path: pointer(...path, key), value }]
        : complete(actual[key], value, [...path, key]),
    );
  if (Array.isArray(actual) && Array.isArray(canonical))
    return actual.length === canonical.length
      ? canonical.flatMap((item: Json, index) => complete(actual[index] as Json, item, [...path, index]))
      : [];
  return actual === canonical ? [] : [{ op: 'replace', path: pointer(...path), value: canonical }];
};

/** Many times what a set with sidecars and long lists of variables has. */
const MAX_VALUES = 20_000;

const hasFewValues = (template: Json): boolean => {
  const pending: Json[] = [template];
  for (let seen = 1; pending.length > 0;) {
    const value = pending.pop();
    if (typeof value !== 'object' || value === null) continue;
    const members = Object.values<Json>(value);
    seen += members.length;
    if (seen > MAX_VALUES) return false;
    for (const member of members) pending.push(member);
  }
  return true;
};

type Written = { readonly metadata?: { readonly managedFields?: unknown } };

/** Only what the API server is about to store has an owner for each field; a review made up elsewhere has none. */
const isBeingStored = (set: Loose<LeaderWorkerSet>): boolean => (set as Written).metadata?.managedFields !== undefined;

/**
 * Upstream: a set that was given defaults is stored in Go's form, with empty metadata and resources, and with quantities in their shortest
 * text. It means the same, but it decides which fields the API server takes for the user's own at the next change, so a set looks and
 * behaves alike whichever manager admitted it. A set of absurd size is stored as it is: its patch would be larger still. Expects a set with its defaults.
 */
export const storedForm = (set: Loose<LeaderWorkerSet>): PatchOperation[] => {
  const template = (set as { spec?: { leaderWorkerTemplate?: Json } }).spec?.leaderWorkerTemplate;
  if (!isBeingStored(set) || !isJsonObject(template) || !hasFewValues(template)) return [];
  const canonical = canonicalTemplateParts(set as Pick<LeaderWorkerSet, 'spec'>).leaderWorkerTemplate;
  return complete(template, canonical as unknown as Json, ['spec', 'leaderWorkerTemplate']);
};
