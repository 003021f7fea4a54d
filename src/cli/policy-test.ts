import type { LeaderWorkerSet } from '../api/leader-worker-set.ts';
import type { PolicySet } from '../core/admission/policy/compile-policies.ts';
import { compilePolicies } from '../core/admission/policy/compile-policies.ts';
import { evaluatePolicies } from '../core/admission/policy/evaluate-policies.ts';
import type { JsonObject } from '../core/canonical/json.ts';
import { admitLeaderWorkerSet } from '../core/preview/admit-leader-worker-set.ts';
import { newSet } from '../core/preview/new-set.ts';
import type { CommandIO } from './command-io.ts';
import { readPolicyOptions } from './policy-options.ts';
import type { PolicyRow } from './policy-table.ts';
import { policyTable } from './policy-table.ts';
import type { PolicyInputs } from './read-policy-inputs.ts';
import { readPolicyInputs } from './read-policy-inputs.ts';

type Admitted = { readonly key: string; readonly set: LeaderWorkerSet };

type Judged = { readonly rows: readonly PolicyRow[]; readonly errors: readonly string[] };

const keyOf = ({ metadata }: LeaderWorkerSet): string => `${metadata.namespace ?? ''}/${metadata.name ?? ''}`;

/** The sets as the API server would store them, so with all defaults; an error for each that it would refuse. */
const admitAll = (
  sets: readonly LeaderWorkerSet[],
  namespace: string,
): { readonly admitted: readonly Admitted[]; readonly errors: readonly string[] } => {
  const results = sets.map((set) => {
    const manifest = newSet(set as unknown as JsonObject, namespace);
    return { key: keyOf(manifest as unknown as LeaderWorkerSet), admission: admitLeaderWorkerSet(manifest) };
  });
  return {
    admitted: results.flatMap(({ key, admission }) =>
      admission.kind === 'admitted' ? [{ key, set: admission.set }] : [],
    ),
    errors: results.flatMap(({ key, admission }) =>
      admission.kind === 'refused' ? admission.errors.map((error) => `${key}: ${error}`) : [],
    ),
  };
};

const rowsOf = (policies: PolicySet, { key, set }: Admitted, old: readonly Admitted[]): PolicyRow[] => {
  const previous = old.find((candidate) => candidate.key === key)?.set;
  const decisions = evaluatePolicies(policies, set, previous);
  return policies.policies.map(({ name, enforcement }) => {
    const decision = decisions.find(({ policy }) => policy === name);
    return {
      set: key,
      policy: name,
      enforcement,
      decision: decision?.decision ?? 'not matched',
      problems: decision?.problems ?? [],
    };
  });
};

const judge = ({ definitions, sets, errors }: PolicyInputs, old: PolicyInputs, namespace: string): Judged => {
  const compiled = compilePolicies(definitions);
  const now = admitAll(sets, namespace);
  const before = admitAll(old.sets, namespace);
  const missing = [
    ...(definitions.length === 0 && errors.length === 0 ? ['no file holds policies'] : []),
    ...(sets.length === 0 && errors.length === 0 ? ['no file holds a LeaderWorkerSet'] : []),
  ];
  const all = [...errors, ...old.errors, ...missing, ...now.errors, ...before.errors];
  if (compiled.problems !== undefined) return { rows: [], errors: [...all, ...compiled.problems] };
  return { rows: now.admitted.flatMap((set) => rowsOf(compiled.set, set, before.admitted)), errors: all };
};

/**
 * `lws policy test -f POLICIES -f OBJECTS`: prints what each policy says of each set. Answers the exit code: 0, 1 when a policy denies a
 * set or something given is no good, 2 for wrong arguments.
 */
export const runPolicyTest = async (args: readonly string[], io: CommandIO): Promise<number> => {
  const options = readPolicyOptions(args);
  if ('error' in options) {
    io.stderr(`lws policy test: ${options.error}\n`);
    return 2;
  }
  const [inputs, old] = await Promise.all([
    readPolicyInputs(options.files, io),
    readPolicyInputs(options.oldFiles, io),
  ]);
  const { rows, errors } = judge(inputs, old, options.namespace);
  io.stdout(policyTable(rows));
  for (const error of errors) io.stderr(`Error: ${error}\n`);
  return errors.length > 0 || rows.some(({ decision }) => decision === 'denied') ? 1 : 0;
};
