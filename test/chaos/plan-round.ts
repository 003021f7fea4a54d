import { FAILURES, type Failure } from '../cluster/breaking/failures.ts';
import type { ChaosSet } from './chaos-set.ts';
import type { Random } from './random.ts';

/** What happens to one set in a round. */
export type Operation = { readonly before: ChaosSet; readonly after: ChaosSet } & (
  | { readonly kind: 'none' | 'scale' | 'roll' | 'break' | 'repair' | 'partition' }
  | { readonly kind: 'fail'; readonly failure: Failure; readonly group: number; readonly worker: number }
);

/** What happens to the manager meanwhile. */
export type ManagerFate =
  | { readonly kind: 'runs' | 'is down' | 'is paused' }
  /** Killed once after so many writes, then again after so many. */
  | { readonly kind: 'is killed'; readonly afterWrites: readonly number[] };

export interface Round {
  readonly manager: ManagerFate;
  readonly operations: readonly Operation[];
}

// A lost node would take pods of other sets along, of which this plan knows nothing.
const HARMLESS_TO_OTHERS = FAILURES.filter(({ name }) => name !== 'node lost');

const fail = (set: ChaosSet, random: Random): Operation => ({
  kind: 'fail',
  before: set,
  after: set,
  failure: random.pick(set.hasOwnNodes ? FAILURES : HARMLESS_TO_OTHERS),
  group: random.below(set.replicas),
  worker: random.below(set.size),
});

function change(set: ChaosSet, random: Random): Operation {
  const roll = { ...set, version: set.version + 1 };
  if (set.isBroken) return { kind: 'repair', before: set, after: { ...roll, isBroken: false, partition: 0 } };
  switch (random.pick(['fail', 'fail', 'fail', 'scale', 'roll', 'break', 'partition'] as const)) {
    case 'fail':
      return fail(set, random);
    case 'scale':
      return { kind: 'scale', before: set, after: { ...set, replicas: 1 + random.below(5) } };
    case 'roll':
      return { kind: 'roll', before: set, after: roll };
    case 'break':
      return { kind: 'break', before: set, after: { ...roll, isBroken: true } };
    case 'partition': {
      const partition = set.partition > 0 ? 0 : random.below(set.replicas + 1);
      return { kind: 'partition', before: set, after: { ...set, partition } };
    }
  }
}

const chooseFate = (random: Random): ManagerFate => {
  const kind = random.pick(['runs', 'is down', 'is paused', 'is killed', 'is killed'] as const);
  if (kind !== 'is killed') return { kind };
  return { kind, afterWrites: Array.from({ length: 1 + random.below(3) }, () => 1 + random.below(12)) };
};

/** Plans a round: the same for the same sets and the same random numbers. */
export const planRound = (sets: readonly ChaosSet[], random: Random): Round => ({
  manager: chooseFate(random),
  operations: sets.map((set) => (random.chance(0.6) ? change(set, random) : { kind: 'none', before: set, after: set })),
});
