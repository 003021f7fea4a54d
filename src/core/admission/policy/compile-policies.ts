import type { Enforcement, PolicyDefinition } from '../../../api/policy.ts';
import type { Check, SchemaCompiler } from './compile-schema.ts';
import { createSchemaCompiler } from './compile-schema.ts';
import { findGlobProblem } from './glob.ts';
import { createMeter } from './meter.ts';
import { stepInto } from './schema-path.ts';

export type Policy = Omit<PolicyDefinition, 'schema'> & { readonly check: Check };

/** Policies ready to be evaluated, those that may deny first. */
export type PolicySet = {
  readonly policies: readonly Policy[];
  /** To be called before each subject: grants it all its steps. */
  readonly refill: () => void;
};

export type CompiledPolicies =
  { readonly set: PolicySet; readonly problems?: undefined } | { readonly problems: readonly string[] };

/**
 * What all policies together may spend on one subject. A step takes about 0.1 µs, so that the worst keeps others waiting for some 20 ms.
 * Ten usual policies take 500 of them, and one that looks at each of the variables of a set of 200 KB up to 165,000.
 */
const MAX_STEPS = 200_000;
const MAX_POLICIES = 500;
/** Denials and warnings carry it. */
const MAX_MESSAGE_LENGTH = 200;
const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

const findGlobProblems = ({ match }: PolicyDefinition): string[] =>
  (['namespaces', 'excludeNamespaces'] as const).flatMap((field) =>
    (match[field] ?? []).flatMap((glob, index) => {
      const problem = findGlobProblem(glob);
      const path = stepInto(`match.${field}`, index);
      return problem === undefined ? [] : [`${path}: ${JSON.stringify(glob.slice(0, 80))} ${problem}`];
    }),
  );

const findListProblems = ({ match }: PolicyDefinition): string[] =>
  (['namespaces', 'operations'] as const)
    .filter((field) => match[field]?.length === 0)
    .map((field) => `match.${field}: is empty, so the policy would match nothing`);

const findOwnProblems = (definition: PolicyDefinition): string[] => [
  ...(NAME.test(definition.name) && definition.name.length <= 63
    ? []
    : ['name: must be at most 63 lower-case letters, digits and -, with a letter or digit first and last']),
  ...findListProblems(definition),
  ...findGlobProblems(definition),
  ...((definition.message?.length ?? 0) > MAX_MESSAGE_LENGTH
    ? [`message: must have at most ${MAX_MESSAGE_LENGTH} characters`]
    : []),
];

/** One line, whatever the YAML looked like. */
const oneLine = (message: string): string => message.replaceAll(/\s+/g, ' ').trim();

type Compiled = { readonly policy?: Policy; readonly problems: readonly string[] };

const compile = (definition: PolicyDefinition, compileSchema: SchemaCompiler): Compiled => {
  const { schema, message, ...rest } = definition;
  const compiled = compileSchema(schema);
  const problems = [...findOwnProblems(definition), ...('problems' in compiled ? compiled.problems : [])];
  if ('problems' in compiled || problems.length > 0) return { problems };
  const text = message === undefined ? '' : oneLine(message);
  return { policy: { ...rest, ...(text === '' ? {} : { message: text }), check: compiled.check }, problems };
};

const findDuplicates = (definitions: readonly PolicyDefinition[]): string[] =>
  [...Map.groupBy(definitions, ({ name }) => name)]
    .filter(([, { length }]) => length > 1)
    .map(([name, { length }]) => `policy ${name}: name: ${length} policies have this name`);

/** What is only logged or warned of must not use up the steps of what may deny. */
const ORDER: readonly Enforcement[] = ['deny', 'warn', 'audit'];
const byEnforcement = (a: Policy, b: Policy): number => ORDER.indexOf(a.enforcement) - ORDER.indexOf(b.enforcement);

/** Compiles policies once for all reviews, or says what is wrong with them, each time with the policy's name and a path. */
export const compilePolicies = (definitions: readonly PolicyDefinition[]): CompiledPolicies => {
  if (definitions.length > MAX_POLICIES) {
    return { problems: [`there are ${definitions.length} policies, but at most ${MAX_POLICIES} are allowed`] };
  }
  const meter = createMeter(MAX_STEPS);
  const compileSchema = createSchemaCompiler(meter);
  const compiled = definitions.map((definition) => ({ name: definition.name, ...compile(definition, compileSchema) }));
  const problems = [
    ...findDuplicates(definitions),
    ...compiled.flatMap(({ name, problems }) => problems.map((problem) => `policy ${name}: ${problem}`)),
  ];
  if (problems.length > 0) return { problems };
  const policies = compiled.flatMap(({ policy }) => policy ?? []);
  return { set: { policies: policies.toSorted(byEnforcement), refill: meter.refill } };
};
