import * as fc from 'fast-check';
import t from 'tap';
import type { PolicyDefinition } from '../../src/api/policy.ts';
import { compilePolicies } from '../../src/core/admission/policy/compile-policies.ts';
import { evaluatePolicies } from '../../src/core/admission/policy/evaluate-policies.ts';
import { policyOutcome } from '../../src/core/admission/policy/policy-outcome.ts';
import type { Schema, SetOptions } from './fixtures/policies.ts';
import {
  TOPOLOGY,
  atMost64Pods,
  compiled,
  derived,
  noLatest,
  policy,
  set,
  whenever,
  withTopology,
} from './fixtures/policies.ts';

type Case = {
  readonly name: string;
  readonly policy: PolicyDefinition;
  readonly now: SetOptions;
  readonly before?: SetOptions;
  /** The decision, or the problems of one that denies. */
  readonly expected: 'not covered' | 'allowed' | 'tolerated' | readonly string[];
};

const many = { replicas: 25 };

const CASES: readonly Case[] = [
  { name: 'a set within the limit is allowed', policy: policy(atMost64Pods), now: {}, expected: 'allowed' },
  {
    name: 'a set beyond the limit is denied with policy, path, what was found and what is wanted',
    policy: policy(atMost64Pods, { message: 'small\n  ones only\n' }),
    now: many,
    expected: ['policy p: derived.pods: found 100, must be at most 64 (small ones only)'],
  },
  {
    name: 'all errors are told at once',
    policy: policy({ ...withTopology, allOf: [atMost64Pods, { properties: { labels: { required: ['team'] } } }] }),
    now: many,
    expected: [
      `policy p: derived.pods: found 100, must be at most 64`,
      `policy p: metadata.labels.team: found nothing, must be set`,
      `policy p: metadata.annotations[${TOPOLOGY}]: found nothing, must be set`,
    ],
  },
  {
    name: 'another namespace is not covered',
    policy: policy(atMost64Pods, { match: { namespaces: ['dev-*'] } }),
    now: many,
    expected: 'not covered',
  },
  {
    name: 'an excluded namespace is not covered',
    policy: policy(atMost64Pods, { match: { namespaces: ['prod-*'], excludeNamespaces: ['*-a'] } }),
    now: many,
    expected: 'not covered',
  },
  {
    name: 'a set without the label is not covered',
    policy: policy(atMost64Pods, { match: { labels: { team: 'a' } } }),
    now: { ...many, labels: { team: 'b' } },
    expected: 'not covered',
  },
  {
    name: 'a creation is not covered by a policy for updates',
    policy: policy(atMost64Pods, { match: { operations: ['UPDATE'] } }),
    now: many,
    expected: 'not covered',
  },
  {
    name: 'of a set that is being deleted nothing is demanded',
    policy: policy(atMost64Pods),
    before: {},
    now: { ...many, deletionTimestamp: '2026-01-01T00:00:00Z' },
    expected: 'not covered',
  },

  {
    name: 'an update that changes labels alone is let through whatever was violated',
    policy: policy(atMost64Pods),
    before: many,
    now: { ...many, labels: { a: 'b' } },
    expected: 'tolerated',
  },
  {
    name: 'an update that makes it worse is denied',
    policy: policy(atMost64Pods),
    before: many,
    now: { replicas: 26 },
    expected: ['policy p: derived.pods: found 104, must be at most 64'],
  },
  {
    name: 'an update that makes it better is let through',
    policy: policy(atMost64Pods),
    before: many,
    now: { replicas: 24 },
    expected: 'tolerated',
  },
  {
    name: 'an update to what was fine before is denied',
    policy: policy(atMost64Pods),
    before: {},
    now: many,
    expected: ['policy p: derived.pods: found 100, must be at most 64'],
  },
  {
    name: 'removing the annotation that a policy demands is denied',
    policy: policy(withTopology),
    before: { annotations: { [TOPOLOGY]: 'rack' } },
    now: {},
    expected: [`policy p: metadata.annotations[${TOPOLOGY}]: found nothing, must be set`],
  },
  {
    name: 'an annotation that was always missing blocks no other annotation',
    policy: policy(withTopology),
    before: {},
    now: { annotations: { a: 'b' } },
    expected: 'tolerated',
  },
  {
    name: 'a label that is refused blocks no other label',
    policy: policy({ properties: { labels: { not: { required: ['bad'] } } } }),
    before: { labels: { bad: '' } },
    now: { labels: { bad: '', good: '' } },
    expected: 'tolerated',
  },
  {
    name: 'a violation moves with its container',
    policy: policy(noLatest),
    before: {
      containers: [
        { name: 'a', image: 'a' },
        { name: 'b', image: 'b:1' },
      ],
    },
    now: {
      containers: [
        { name: 'b', image: 'b:1' },
        { name: 'a', image: 'a' },
      ],
    },
    expected: 'tolerated',
  },
  {
    name: 'the violation of one container does not excuse another',
    policy: policy(noLatest),
    before: {
      containers: [
        { name: 'a', image: 'a' },
        { name: 'b', image: 'b:1' },
      ],
    },
    now: {
      containers: [
        { name: 'a', image: 'a:1' },
        { name: 'b', image: 'b' },
      ],
    },
    expected: ['policy p: derived.images[1].tag: found "latest", must not be "latest"'],
  },
  {
    name: 'two demands at one place do not excuse each other',
    policy: policy({
      $defs: { a: { not: { required: ['a'] } }, b: { not: { required: ['b'] } } },
      properties: { labels: { allOf: [{ $ref: '#/$defs/a' }, { $ref: '#/$defs/b' }] } },
    }),
    before: { labels: { a: '' } },
    now: { labels: { b: '' } },
    expected: ['policy p: metadata.labels: found an object of 1 fields, must not have "b"'],
  },
  {
    name: 'a label that brings a set under a policy excuses nothing',
    policy: policy(atMost64Pods, { match: { labels: { team: 'a' } } }),
    before: many,
    now: { ...many, labels: { team: 'a' } },
    expected: ['policy p: derived.pods: found 100, must be at most 64'],
  },
  {
    name: 'a change can be forbidden',
    policy: policy(derived({ changedPaths: { not: { contains: { const: 'spec.replicas' } } } })),
    before: {},
    now: { replicas: 3 },
    expected: ['policy p: derived.changedPaths: found a list of 1, must not contain "spec.replicas"'],
  },
  {
    name: 'a rule for updates alone tolerates what was so before',
    policy: policy(whenever(derived({ isUpdate: { const: true } }), atMost64Pods)),
    before: many,
    now: many,
    expected: 'tolerated',
  },
  {
    name: 'each of the alternatives is told when none fits',
    policy: policy({ anyOf: [atMost64Pods, { properties: { labels: { required: ['big'] } } }] }),
    now: many,
    expected: [
      'policy p: derived.pods: found 100, must be at most 64',
      'policy p: metadata.labels.big: found nothing, must be set',
      "policy p: the set: found an object of 6 fields, must fit one of the policy's alternatives at least",
    ],
  },
  {
    name: 'a name that must not be there is told once',
    policy: policy({ properties: { labels: { propertyNames: { pattern: '^[a-z]+$' } } } }),
    now: { labels: { 'a/B': '' } },
    expected: ['policy p: metadata.labels: found "a/B", must match ^[a-z]+$'],
  },
  {
    name: 'a list without a fitting item is one fault',
    policy: policy(derived({ images: { contains: { required: ['tag'], properties: { tag: { const: 'x' } } } } })),
    now: {
      containers: [
        { name: 'a', image: 'a' },
        { name: 'b', image: 'b' },
      ],
    },
    expected: [
      "policy p: derived.images: found a list of 2, must have at least 1 items of the kind that the policy's schema describes",
    ],
  },
];

void t.test('decisions', (t) => {
  for (const { name, policy: definition, now, before, expected } of CASES) {
    const [decision] = evaluatePolicies(compiled(definition), set(now), before && set(before));
    const said = decision?.decision === 'denied' ? decision.problems : (decision?.decision ?? 'not covered');
    t.strictSame(said, expected, name);
  }
  t.end();
});

void t.test('enforcement decides what becomes of a violation', (t) => {
  const all = compiled(
    policy(atMost64Pods, { name: 'a', enforcement: 'audit' }),
    policy(atMost64Pods, { name: 'w', enforcement: 'warn' }),
    policy(atMost64Pods, { name: 'd', enforcement: 'deny' }),
  );
  const decisions = evaluatePolicies(all, set(many));
  t.strictSame(
    decisions.map(({ policy, enforcement, decision }) => [policy, enforcement, decision]),
    [
      ['d', 'deny', 'denied'],
      ['w', 'warn', 'warned'],
      ['a', 'audit', 'audited'],
    ],
  );
  t.strictSame(policyOutcome(decisions), {
    denials: ['policy d: derived.pods: found 100, must be at most 64'],
    warnings: ['policy w: derived.pods: found 100, must be at most 64'],
  });
  t.end();
});

void t.test('an update that changes nothing that policies judge is never denied', (t) => {
  const leaf = fc.constantFrom<Schema>(
    { maximum: 1 },
    { minimum: 9 },
    { const: 'x' },
    { maxProperties: 0 },
    { minItems: 3 },
    { required: ['x'] },
    { not: {} },
    { pattern: '^q' },
    { type: 'null' },
    { additionalProperties: false },
    { items: false },
    { propertyNames: { maxLength: 1 } },
    { contains: { const: 1 } },
  );
  const { schema } = fc.letrec<{ schema: Schema }>((tie) => ({
    schema: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.tuple(tie('schema'), tie('schema')).map(([a, b]) => ({ allOf: [a, b] })),
      fc.tuple(tie('schema'), tie('schema')).map(([a, b]) => ({ anyOf: [a, b] })),
      fc.tuple(tie('schema'), tie('schema')).map(([a, b]) => ({ oneOf: [a, b] })),
      fc.tuple(tie('schema'), tie('schema')).map(([a, b]) => whenever(a, b)),
      tie('schema').map((inner) => ({ not: inner })),
      tie('schema').map((inner) => ({ items: inner })),
      tie('schema').map((inner) => ({ additionalProperties: inner })),
    ),
  }));
  const place = fc.constantFrom<(schema: Schema) => Schema>(
    (inner) => inner,
    (inner) => ({ properties: { labels: inner } }),
    (inner) => ({ properties: { spec: inner } }),
    (inner) => derived({ pods: inner, images: inner, requests: inner }),
  );
  const isTypo = (problems: readonly string[] | undefined): boolean =>
    problems?.every((problem) => problem.includes('there is no field')) ?? false;
  fc.assert(
    fc.property(schema, place, fc.integer({ min: 0, max: 30 }), (inner, put, replicas) => {
      const result = compilePolicies([policy(put(inner))]);
      if (result.problems !== undefined) return isTypo(result.problems);
      const stored = set({ replicas, labels: { a: 'b' }, container: { resources: { requests: { cpu: 1 } } } });
      return evaluatePolicies(result.set, stored, stored).every(
        ({ decision }) => decision === 'allowed' || decision === 'tolerated',
      );
    }),
    { numRuns: 100 },
  );
  t.pass('for schemas of all kinds');
  t.end();
});
