import type { Advice } from './rule.ts';
import { MOST_WARNINGS } from './rule.ts';
import type { SetFacts } from './set-facts.ts';
import { claimTemplatesChange } from './warnings/claim-templates-change.ts';
import { duplicateVariables } from './warnings/duplicate-variables.ts';
import { exclusiveTopologyChange } from './warnings/exclusive-topology-change.ts';
import { inconsistentTPULayout } from './warnings/inconsistent-tpu-layout.ts';
import { leaderOutsideTPUs } from './warnings/leader-outside-tpus.ts';
import { nameTooLong } from './warnings/name-too-long.ts';
import { ownAffinityTerms } from './warnings/own-affinity-terms.ts';
import { reservedKeys } from './warnings/reserved-keys.ts';
import { sameTopologyKey } from './warnings/same-topology-key.ts';
import { surgeAboveReplicas } from './warnings/surge-above-replicas.ts';

const ADVICE: readonly Advice[] = [
  nameTooLong,
  surgeAboveReplicas,
  leaderOutsideTPUs,
  inconsistentTPULayout,
  sameTopologyKey,
  ownAffinityTerms,
  exclusiveTopologyChange,
  claimTemplatesChange,
  reservedKeys,
  duplicateVariables,
];

/** The API server cuts longer warnings, and drops those beyond 4 KiB in all. */
const MAX_LENGTH = 256;
const MAX_WARNINGS = 10;

const shorten = (warning: string): string =>
  warning.length <= MAX_LENGTH ? warning : `${warning.slice(0, MAX_LENGTH - 3).toWellFormed()}...`;

/** Warnings about a set that is admitted: at most ten, each of at most 256 characters. */
export const adviseLeaderWorkerSet = (set: SetFacts, previous?: SetFacts): string[] => {
  const warnings: string[] = [];
  for (const advice of ADVICE) {
    for (const warning of advice(set, previous)) warnings.push(warning);
  }
  if (warnings.length <= MAX_WARNINGS) return warnings.map(shorten);
  const shown = warnings.slice(0, MAX_WARNINGS - 1).map(shorten);
  const count = `${warnings.length < MOST_WARNINGS ? '' : 'at least '}${warnings.length - shown.length}`;
  return [...shown, `${count} more warnings of this kind are not shown`];
};
