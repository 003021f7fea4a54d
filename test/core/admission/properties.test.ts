import * as fc from 'fast-check';
import { applyPatch } from 'rfc6902';
import t from 'tap';
import type { Pod } from '../../../src/api/kubernetes.ts';
import { ANNOTATION, LABEL } from '../../../src/api/labels.ts';
import type { LeaderWorkerSet } from '../../../src/api/leader-worker-set.ts';
import { formatFieldErrors } from '../../../src/core/admission/field-error.ts';
import { defaultLeaderWorkerSet } from '../../../src/core/admission/leader-worker-set/default.ts';
import { LEADER_WORKER_SET_SHAPE } from '../../../src/core/admission/leader-worker-set/shape.ts';
import { validateLeaderWorkerSet } from '../../../src/core/admission/leader-worker-set/validate.ts';
import type { Loose } from '../../../src/core/admission/loose.ts';
import type { PatchOperation } from '../../../src/core/admission/patch-operation.ts';
import { applyOperations } from '../../../src/core/admission/patch-operation.ts';
import { mutatePod } from '../../../src/core/admission/pod/mutate.ts';
import { POD_SHAPE } from '../../../src/core/admission/pod/shape.ts';
import { findShapeMismatch } from '../../../src/core/admission/shape.ts';

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null | undefined> =>
  fc.oneof({ weight: 4, arbitrary: value }, fc.constantFrom(null, undefined));

/** What a JSON body would hold: no undefined members. */
const asJSON = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const numberText = fc.constantFrom('0', '1', '2', '3', '4', '5', '-1', '+4', '004', 'x', '');
const topologyKey = fc.constantFrom('rack', 'host', '', 'a/b~c');

const term = fc.record({ topologyKey: maybe(topologyKey), labelSelector: fc.constant({}) });
const terms = maybe(
  fc.record({ requiredDuringSchedulingIgnoredDuringExecution: maybe(fc.array(term, { maxLength: 3 })) }),
);

const variable = fc.record({
  name: fc.constantFrom('A', 'B', 'LWS_GROUP_SIZE', 'TPU_NAME', 'TPU_WORKER_ID', 'TPU_PROCESS_PORT'),
  value: maybe(fc.constantFrom('', '1', '9000')),
});
const container = fc.record({
  name: fc.constantFrom('a', 'b'),
  env: maybe(fc.array(variable, { maxLength: 5 })),
  resources: maybe(fc.record({ limits: maybe(fc.record({ 'google.com/tpu': fc.constantFrom('0', '4', 4) })) })),
});

const isLeader = fc.boolean();
const pod: fc.Arbitrary<Loose<Pod>> = fc
  .record({
    leader: isLeader,
    ordinal: fc.integer({ min: 1, max: 12 }),
    groupIndex: fc.constantFrom('0', 'x', ''),
    subGroupIndex: fc.option(numberText, { nil: undefined }),
    annotations: fc.record(
      {
        [ANNOTATION.subGroupSize]: numberText,
        [ANNOTATION.subGroupPolicyType]: fc.constantFrom('LeaderWorker', 'LeaderExcluded'),
        [ANNOTATION.exclusiveTopology]: topologyKey,
        [ANNOTATION.subGroupExclusiveTopology]: topologyKey,
        [ANNOTATION.leaderRequestsTPUs]: fc.constantFrom('true', 'false'),
        [ANNOTATION.subdomainPolicy]: fc.constantFrom('UniquePerReplica', 'Shared'),
        [ANNOTATION.leaderName]: fc.constant('lws-0'),
      },
      { requiredKeys: [] },
    ),
    size: numberText,
    spec: maybe(
      fc.record({
        containers: maybe(fc.array(container, { maxLength: 3 })),
        initContainers: maybe(fc.array(container, { maxLength: 2 })),
        subdomain: maybe(fc.constantFrom('lws', '')),
        affinity: maybe(fc.record({ podAffinity: terms, podAntiAffinity: terms })),
      }),
    ),
  })
  .map(({ leader, ordinal, groupIndex, subGroupIndex, annotations, size, spec }) =>
    asJSON({
      metadata: {
        name: leader ? `lws-${ordinal}` : `lws-0-${ordinal}`,
        namespace: 'default',
        labels: {
          [LABEL.name]: 'lws',
          ...(leader ? { [LABEL.workerIndex]: '0' } : { [LABEL.groupIndex]: groupIndex }),
          ...(subGroupIndex === undefined ? {} : { [LABEL.subGroupIndex]: subGroupIndex }),
        },
        annotations: { ...annotations, [ANNOTATION.size]: size },
      },
      spec: spec as Loose<Pod['spec']> | null,
    }),
  );

const isValidPatch = (object: unknown, operations: readonly PatchOperation[]): boolean => {
  const target = structuredClone(object);
  // This library wants a value in every operation but a removal, which ours always have.
  const errors = applyPatch(target, operations as Parameters<typeof applyPatch>[1]);
  return (
    errors.every((error) => error === null) &&
    JSON.stringify(target) === JSON.stringify(applyOperations(object, operations))
  );
};

void t.test('patches of pods are valid, and a second review changes nothing', (t) => {
  fc.assert(
    fc.property(pod, fc.boolean(), (subject, gangScheduling) => {
      const mutation = mutatePod(subject, { gangScheduling });
      if (mutation.kind === 'refusal') return mutation.message !== '';
      const again = mutatePod(applyOperations(subject, mutation.operations), { gangScheduling });
      return isValidPatch(subject, mutation.operations) && again.kind === 'patch' && again.operations.length === 0;
    }),
    { numRuns: 2000 },
  );
  t.pass();
  t.end();
});

const rollout = fc.record({
  type: maybe(fc.constantFrom('', 'RollingUpdate', 'Recreate')),
  rollingUpdateConfiguration: maybe(
    fc.record({
      partition: maybe(fc.integer({ min: -1, max: 5 })),
      maxUnavailable: maybe(fc.oneof(fc.integer({ min: -1, max: 5 }), fc.constantFrom('25%', 'x', '', '<&>'))),
      maxSurge: maybe(fc.oneof(fc.integer({ min: -1, max: 5 }), fc.constantFrom('25%', 'x'))),
    }),
  ),
});
const template = fc.record({
  size: maybe(fc.integer({ min: -1, max: 9 })),
  restartPolicy: maybe(fc.constantFrom('', 'Default', 'None', 'odd')),
  subGroupPolicy: maybe(
    fc.record({
      subGroupPolicyType: maybe(fc.constantFrom('LeaderWorker', 'LeaderExcluded')),
      subGroupSize: maybe(fc.integer({ min: -2, max: 9 })),
    }),
  ),
  workerTemplate: maybe(
    fc.record({ spec: maybe(fc.record({ containers: maybe(fc.array(container, { maxLength: 2 })) })) }),
  ),
});
const leaderWorkerSet = fc
  .record({
    metadata: maybe(
      fc.record({ name: fc.constantFrom('lws', 'X', '', 'a'.repeat(60)), namespace: maybe(fc.constant('default')) }),
    ),
    spec: maybe(
      fc.record({
        replicas: maybe(fc.integer({ min: -1, max: 2_000_000 })),
        leaderWorkerTemplate: maybe(template),
        rolloutStrategy: maybe(rollout),
        networkConfig: maybe(fc.record({ subdomainPolicy: maybe(fc.constantFrom('', 'Shared')) })),
      }),
    ),
  })
  .map((set) => asJSON(set) as Loose<LeaderWorkerSet>);

void t.test('patches of sets are valid, and a second review changes nothing', (t) => {
  fc.assert(
    fc.property(leaderWorkerSet, (set) => {
      const operations = defaultLeaderWorkerSet(set);
      const again = defaultLeaderWorkerSet(applyOperations(set, operations));
      return isValidPatch(set, operations) && again.length === 0;
    }),
    { numRuns: 1000 },
  );
  t.pass();
  t.end();
});

void t.test('every set gets a verdict, before and after its defaults, and an unchanged one is never refused', (t) => {
  fc.assert(
    fc.property(leaderWorkerSet, leaderWorkerSet, (set, other) => {
      const { errors, warnings } = validateLeaderWorkerSet(set, other);
      const unchanged = validateLeaderWorkerSet(applyOperations(set, defaultLeaderWorkerSet(set)), set);
      const isTold = errors.length === 0 || formatFieldErrors(errors).length > 0;
      return isTold && warnings.every((warning) => warning.length <= 256) && unchanged.errors.length === 0;
    }),
    { numRuns: 1000 },
  );
  t.pass();
  t.end();
});

/** Puts any JSON value in the place of any part of an object. */
const hostile = <T>(object: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.tuple(object, fc.jsonValue(), fc.nat()).map(([subject, intruder, seed]) => {
    const places: [Record<string, unknown>, string][] = [];
    const pending: unknown[] = [subject];
    while (pending.length > 0) {
      const current = pending.pop();
      if (typeof current !== 'object' || current === null) continue;
      for (const key of Object.keys(current)) {
        places.push([current as Record<string, unknown>, key]);
        pending.push((current as Record<string, unknown>)[key]);
      }
    }
    const place = places[seed % Math.max(places.length, 1)];
    if (place === undefined) return intruder;
    place[0][place[1]] = intruder;
    return subject;
  });

void t.test('no value in any place makes a review throw', (t) => {
  const judgeSet = (object: unknown): boolean => {
    if (findShapeMismatch(object, LEADER_WORKER_SET_SHAPE) !== undefined || object === null) return true;
    const set = object as Loose<LeaderWorkerSet>;
    return validateLeaderWorkerSet(applyOperations(set, defaultLeaderWorkerSet(set)), set).errors.length >= 0;
  };
  const judgePod = (object: unknown): boolean => {
    if (findShapeMismatch(object, POD_SHAPE) !== undefined || object === null) return true;
    const mutation = mutatePod(object as Loose<Pod>, { gangScheduling: true });
    return mutation.kind === 'refusal' || isValidPatch(object, mutation.operations);
  };
  fc.assert(fc.property(hostile(leaderWorkerSet), judgeSet), { numRuns: 2000 });
  fc.assert(fc.property(hostile(pod), judgePod), { numRuns: 2000 });
  t.pass();
  t.end();
});
