import type { LeaderWorkerSet } from '../../api/leader-worker-set.ts';
import { desiredReplicas, groupSize } from '../desired/pod-template.ts';
import type { PodRange } from './expand-stateful-set.ts';

/** The groups to show, by their indexes, or one sentence why there are too many. */
type GroupChoice = { readonly range: PodRange; readonly warnings: readonly string[] } | { readonly error: string };

/** Enough for any set that someone wants to read, and few enough to be printed in a second or two. */
const MAX_PODS = 1_000;

const tooMany = (pods: number, size: number): string => {
  const groups = Math.floor(MAX_PODS / size);
  const advice =
    groups === 0 ? 'preview it with a smaller size' : `choose some groups, such as --groups 0-${groups - 1}`;
  return `${pods} pods are too many to show (at most ${MAX_PODS}): ${advice}`;
};

const beyond = (first: number, replicas: number): readonly string[] =>
  first < replicas ? [] : [`there is no group ${first} to show: replicas is ${replicas}, and groups count from 0`];

/** Chooses all groups of a set, or those of a range that it has. */
export const chooseGroups = (set: LeaderWorkerSet, wanted: PodRange | undefined): GroupChoice => {
  const replicas = desiredReplicas(set);
  const size = groupSize(set);
  const range = { first: wanted?.first ?? 0, last: Math.min(wanted?.last ?? Infinity, replicas - 1) };
  const pods = (range.last - range.first + 1) * size;
  if (pods > MAX_PODS) return { error: tooMany(pods, size) };
  return { range, warnings: wanted === undefined ? [] : beyond(wanted.first, replicas) };
};
