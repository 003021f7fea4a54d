import { readFileSync } from 'node:fs';
import t from 'tap';
import type { Pod } from '../../../src/api/kubernetes.ts';
import type { LeaderWorkerSet } from '../../../src/api/leader-worker-set.ts';
import { formatFieldErrors } from '../../../src/core/admission/field-error.ts';
import { defaultLeaderWorkerSet } from '../../../src/core/admission/leader-worker-set/default.ts';
import { validateLeaderWorkerSet } from '../../../src/core/admission/leader-worker-set/validate.ts';
import { applyOperations } from '../../../src/core/admission/patch-operation.ts';
import { mutatePod } from '../../../src/core/admission/pod/mutate.ts';

// Answers of the original manager, recorded. A pod's containers gain an empty `resources` there, which ours need not.

type Recording<T> = {
  title: string;
  gangScheduling?: boolean;
  object: T;
  oldObject?: T;
  expected: { allowed: boolean; message?: string; object?: T };
};

const read = <T>(name: string): Recording<T>[] => {
  const lines = readFileSync(new URL(`recordings/${name}.jsonl`, import.meta.url), 'utf8');
  return lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Recording<T>);
};

const withoutEmptyResources = (pod: Pod): Pod => {
  const settle = (containers: Pod['spec']['containers'] = []) =>
    containers.map(({ resources, ...rest }) =>
      resources === undefined || Object.keys(resources).length === 0 ? rest : { ...rest, resources },
    );
  const { initContainers } = pod.spec;
  const spec = { ...pod.spec, containers: settle(pod.spec.containers) };
  return { ...pod, spec: initContainers === undefined ? spec : { ...spec, initContainers: settle(initContainers) } };
};

void t.test('sets the recorded defaults', (t) => {
  for (const { title, object, expected } of read<LeaderWorkerSet>('default')) {
    t.same(applyOperations(object, defaultLeaderWorkerSet(object)), expected.object, title);
  }
  t.end();
});

void t.test('gives the recorded verdicts', (t) => {
  for (const { title, object, oldObject, expected } of read<LeaderWorkerSet>('validate')) {
    const { errors } = validateLeaderWorkerSet(object, oldObject);
    t.equal(errors.length === 0 ? undefined : formatFieldErrors(errors), expected.message, title);
  }
  t.end();
});

void t.test('mutates pods as recorded', (t) => {
  for (const { title, object, gangScheduling = false, expected } of read<Pod>('pod')) {
    const mutation = mutatePod(object, { gangScheduling });
    if (mutation.kind === 'refusal') {
      // Refusals for texts that are no numbers have no recorded message: ours says more.
      t.same([false, mutation.message], [expected.allowed, expected.message ?? mutation.message], title);
      continue;
    }
    const mutated = applyOperations(object, mutation.operations);
    t.strictSame(withoutEmptyResources(mutated), expected.object && withoutEmptyResources(expected.object), title);
  }
  t.end();
});
