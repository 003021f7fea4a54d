import type { RestartRule } from './find-failure.ts';
import { type GroupMemory, type GroupPods, digest } from './group-memory.ts';

/**
 * What outlives the process about one incarnation of a group, as short digests: its leader, its worker StatefulSet, all its workers together,
 * and how often its containers had restarted when it had started.
 */
export type Incarnation = {
  readonly leader: string;
  readonly statefulSet: string;
  readonly workers: string;
  readonly restartsAtStart: number;
};

/** A group as it was last seen, and how it is judged. */
export type KeptGroup = { readonly memory: GroupMemory; readonly size: number; readonly rule: RestartRule };

/** The incarnations of a set's groups by group index. */
export type Incarnations = ReadonlyMap<number, Incarnation>;

const workersDigest = (uids: readonly string[]): string => digest([...uids].sort().join());

/** Whether a later process needs a record to find what happened meanwhile. A group of one that restarts is told by its leader alone, unless its start counts. */
const isWorthRecording = (
  { statefulSetUid, workers, started }: GroupMemory,
  size: number,
  rule: RestartRule,
): boolean => {
  const isComplete = statefulSetUid !== undefined && workers.size === size - 1;
  switch (rule) {
    case 'never':
      return false;
    case 'onPodRestart':
      return isComplete;
    case 'afterStart':
      return started && (isComplete || size === 1);
  }
};

/** The incarnation to record of a group; undefined while its pods are still coming, and where no failure can follow from it. */
export const incarnationOf = ({ memory, size, rule }: KeptGroup): Incarnation | undefined =>
  isWorthRecording(memory, size, rule)
    ? {
        leader: digest(memory.leaderUid),
        statefulSet: digest(memory.statefulSetUid ?? ''),
        workers: workersDigest([...memory.workers.values()]),
        restartsAtStart: memory.restartsAtStart,
      }
    : undefined;

/** True when the record is of this leader and of this worker StatefulSet, so that its workers must be the recorded ones. */
export const isSameIncarnation = (recorded: Incarnation, { leader, workerStatefulSet }: GroupPods): boolean =>
  recorded.leader === digest(leader.metadata.uid ?? '') &&
  recorded.statefulSet === digest(workerStatefulSet?.metadata.uid ?? '');

/** True when the record is of a leader that had workers. */
export const hadWorkers = ({ statefulSet }: Incarnation): boolean => statefulSet !== digest('');

/** True when the workers are not, or not only, the recorded ones. */
export const haveWorkersChanged = (recorded: Incarnation, { workers }: GroupPods): boolean =>
  recorded.workers !== workersDigest(workers.map(({ metadata }) => metadata.uid ?? ''));

const encode = ({ leader, statefulSet, workers, restartsAtStart }: Incarnation): string =>
  `${leader}${statefulSet}${workers}${restartsAtStart === 0 ? '' : `+${restartsAtStart}`}`;

const ENCODED = /^([\w-]{6})([\w-]{6})([\w-]{6})(?:\+([0-9]{1,9}))?$/;

const decode = (text: unknown): Incarnation | undefined => {
  const [, leader, statefulSet, workers, restarts = '0'] = (typeof text === 'string' && ENCODED.exec(text)) || [];
  return leader === undefined || statefulSet === undefined || workers === undefined
    ? undefined
    : { leader, statefulSet, workers, restartsAtStart: Number(restarts) };
};

/** The annotation's text: a JSON object of group index to 18 characters, so that a thousand groups take 24 KiB. */
export const writeIncarnations = (incarnations: Incarnations): string =>
  JSON.stringify(Object.fromEntries([...incarnations].map(([index, incarnation]) => [index, encode(incarnation)])));

/** Reads the annotation; what cannot be read counts as not recorded. */
export const readIncarnations = (text: string | undefined): Incarnations => {
  const incarnations = new Map<number, Incarnation>();
  let parsed: unknown;
  try {
    parsed = JSON.parse(text ?? '{}');
  } catch {
    return incarnations;
  }
  for (const [index, value] of Object.entries(parsed ?? {})) {
    const incarnation = decode(value);
    if (incarnation !== undefined && /^[0-9]+$/.test(index)) incarnations.set(Number(index), incarnation);
  }
  return incarnations;
};
