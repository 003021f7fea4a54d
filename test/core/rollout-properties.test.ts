import * as fc from 'fast-check';
import t from 'tap';
import type { Pace } from '../../src/core/preview/simulated-group.ts';
import { type GroupState, planRollout } from '../../src/core/rollout/plan-rollout.ts';
import type { Rollout } from '../../src/core/rollout/read-rollout.ts';
import { type SimulatedLeaders, simulateLeaders } from './fixtures/simulated-leaders.ts';

const RUNS = 2_000;
const LONG = { minLength: 20, maxLength: 60, size: 'max' } as const;

/** Something that happens to a set. An index chooses among the groups that it can happen to. */
type Happening =
  | { readonly kind: 'reconcile' | 'control' | 'recreateStranded' | 'changeTemplate' | 'rollBack' }
  | { readonly kind: 'makeReady' | 'makeLeaderReady' | 'restart'; readonly index: number }
  | { readonly kind: 'edit'; readonly wanted: Partial<Rollout> };

const kinds = <K extends Happening['kind']>(...names: K[]) => fc.constantFrom(...names).map((kind) => ({ kind }));
const index = fc.nat(9);
/** More than there are groups in any run. */
const INDEXES = [...Array(16).keys()];

const routine = fc.oneof(
  { weight: 4, arbitrary: kinds('reconcile') },
  { weight: 4, arbitrary: kinds('control') },
  { weight: 1, arbitrary: kinds('recreateStranded') },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constantFrom('makeReady' as const, 'makeLeaderReady' as const), index }),
  },
  { weight: 1, arbitrary: kinds('changeTemplate', 'rollBack') },
);

const edits = (wanted: fc.Arbitrary<Partial<Rollout>>) => fc.record({ kind: fc.constant('edit' as const), wanted });

/** The world breaks nothing, and the user asks for no less availability than before. */
const healthy = fc.array(
  fc.oneof({ weight: 12, arbitrary: routine }, edits(fc.record({ partition: fc.nat(4) }))),
  LONG,
);

const anything: fc.Arbitrary<Happening[]> = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: routine },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const), index }) },
    {
      weight: 1,
      arbitrary: edits(
        fc.record(
          { replicas: fc.nat(6), partition: fc.nat(6), maxUnavailable: fc.nat(3), maxSurge: fc.nat(3) },
          { requiredKeys: [] },
        ),
      ),
    },
  ),
  LONG,
);

const rollouts = fc
  .record({ replicas: fc.integer({ min: 1, max: 6 }), maxUnavailable: fc.nat(3), maxSurge: fc.nat(3) })
  .map((one) => permitted({ ...one, partition: 0 }));

const paces: fc.Arbitrary<Pace> = fc.constantFrom('oneByOne', 'maxUnavailable');

/** As admission and reading have it: some group may move, and surge is at most the number of groups. */
const permitted = (wanted: Rollout): Rollout => ({
  ...wanted,
  maxUnavailable: wanted.maxUnavailable + wanted.maxSurge === 0 ? 1 : wanted.maxUnavailable,
  maxSurge: Math.min(wanted.maxSurge, wanted.replicas),
});

/** Templates are named v<number>; each but the first and the last of a run may be bad for some or all groups. */
type Templates = { readonly isBad: (template: string, index: number) => boolean; readonly last: string };

const templates = fc
  .array(fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }), { maxLength: 5 })
  .map((bad): Templates => ({
    last: 'last',
    isBad: (template, i) => {
      const pattern = bad[Number(template.slice(1)) - 2];
      return pattern !== undefined && pattern[i % pattern.length] === true;
    },
  }));

const play = (leaders: SimulatedLeaders, happening: Happening, { isBad }: Templates, names: string[]): void => {
  switch (happening.kind) {
    case 'edit':
      leaders.wanted = permitted({ ...leaders.wanted, ...happening.wanted });
      return;
    case 'changeTemplate':
      names.push(`v${names.length + 1}`);
      leaders.changeTemplate(names.at(-1) ?? '');
      return;
    case 'rollBack':
      leaders.changeTemplate('v1');
      return;
    case 'makeReady':
    case 'makeLeaderReady':
    case 'restart': {
      const candidates = [...leaders.groups().entries()].filter(([i, group]) =>
        happening.kind === 'restart' ? true : !group.ready && !isBad(group.template, i),
      );
      const chosen = candidates[happening.index % candidates.length];
      if (chosen !== undefined) leaders[happening.kind](chosen[0]);
      return;
    }
    case 'reconcile':
    case 'control':
    case 'recreateStranded':
      leaders[happening.kind]();
  }
};

const floorOf = ({ replicas, maxUnavailable }: Rollout): number => replicas - maxUnavailable;

/** Lets all pods that can become ready do so, until nothing changes any more. */
const finish = (leaders: SimulatedLeaders, { isBad }: Templates): void => {
  for (let pass = 0; pass < 80; pass += 1) {
    leaders.reconcile();
    leaders.control();
    leaders.recreateStranded();
    const next = leaders.groups().findIndex(({ ready, template }, i) => !ready && !isBad(template, i));
    if (next >= 0) leaders.makeReady(next);
  }
};

void t.test('a rollout takes no more groups than may be unavailable while the world breaks none', (t) => {
  fc.assert(
    fc.property(rollouts, paces, healthy, templates, (wanted, pace, happenings, templates) => {
      const leaders = simulateLeaders(wanted, pace);
      const names = ['v1'];
      for (const happening of happenings) {
        play(leaders, happening, templates, names);
        if (leaders.available() < floorOf(leaders.wanted)) return false;
      }
      return true;
    }),
    { numRuns: RUNS },
  );
  t.end();
});

void t.test('a rollout ends when its template is good, whatever happened before', (t) => {
  fc.assert(
    fc.property(rollouts, paces, anything, templates, (wanted, pace, happenings, templates) => {
      const leaders = simulateLeaders(wanted, pace);
      const names = ['v1'];
      for (const happening of happenings) play(leaders, happening, templates, names);
      // Groups of a bad template that the StatefulSet falls back to can only be replaced together with good ones above them.
      if (INDEXES.some((i) => templates.isBad(leaders.currentTemplate(), i))) return true;
      leaders.wanted = { ...leaders.wanted, partition: 0 };
      leaders.changeTemplate(templates.last);
      finish(leaders, templates);
      return leaders.isDone() && leaders.live().partition === 0;
    }),
    { numRuns: RUNS },
  );
  t.end();
});

void t.test('every step keeps within its bounds', (t) => {
  fc.assert(
    fc.property(rollouts, paces, anything, templates, (wanted, pace, happenings, templates) => {
      const leaders = simulateLeaders(wanted, pace);
      const names = ['v1'];
      for (const happening of happenings) {
        const before = leaders.live();
        const templateBefore = leaders.liveTemplate();
        play(leaders, happening, templates, names);
        if (happening.kind !== 'reconcile') continue;
        const { replicas, partition } = leaders.live();
        const { replicas: desired, maxSurge, partition: held } = leaders.wanted;
        const isInBounds = desired <= replicas && replicas <= desired + maxSurge && held <= partition;
        const isRaised = partition > Math.max(before.partition, held);
        if (!isInBounds || (isRaised && leaders.liveTemplate() === templateBefore)) return false;
      }
      return true;
    }),
    { numRuns: RUNS },
  );
  t.end();
});

const states: fc.Arbitrary<GroupState[]> = fc.array(fc.record({ ready: fc.boolean(), updated: fc.boolean() }), {
  maxLength: 9,
});

void t.test('a partition is lowered only as far as good groups can be spared, in any state', (t) => {
  fc.assert(
    fc.property(rollouts, states, fc.nat(9), fc.nat(9), (wanted, groups, partition, appliedReplicas) => {
      const state = { replicas: groups.length, partition, appliedReplicas, groups };
      const plan = planRollout({ wanted, isNewRevision: false, state });
      if (plan.partition >= partition || appliedReplicas !== wanted.replicas) return true;
      const kept = groups.slice(0, plan.replicas);
      const available = kept.filter(({ ready }) => ready).length;
      const atRisk = kept.slice(plan.partition).filter(({ ready, updated }) => ready && !updated).length;
      return atRisk <= Math.max(0, available - floorOf(wanted));
    }),
    { numRuns: RUNS },
  );
  t.end();
});
