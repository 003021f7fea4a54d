import { ENV } from '../../../../api/labels.ts';
import type { Container } from '../../../../api/kubernetes.ts';
import type { Loose } from '../../loose.ts';
import type { Advice } from '../rule.ts';
import { MOST_WARNINGS } from '../rule.ts';

const KINDS = ['containers', 'initContainers'] as const;
const INJECTED: ReadonlySet<string> = new Set(Object.values(ENV));

const describe = (path: string, name: string): string =>
  INJECTED.has(name)
    ? `${path}: ${name} is set by LeaderWorkerSet and this value is dropped. Remove it, or choose another name`
    : `${path}: ${name} is given more than once; only the first is kept. Remove the others`;

const findDropped = (env: NonNullable<Loose<Container>['env']>): Set<string> => {
  const seen = new Set<string>();
  const dropped = new Set<string>();
  for (const variable of env) {
    const name = variable.name ?? '';
    if (INJECTED.has(name) || seen.has(name)) dropped.add(name);
    seen.add(name);
  }
  return dropped;
};

const warnOf = (path: string, containers: readonly Loose<Container>[], warnings: string[]): void => {
  for (const [index, { env }] of containers.entries()) {
    if (!env?.length) continue;
    for (const name of findDropped(env)) {
      if (warnings.length === MOST_WARNINGS) return;
      warnings.push(describe(`${path}[${index}].env`, name));
    }
  }
};

/** Upstream: of variables with one name the first is kept, where Kubernetes itself uses the last. */
export const duplicateVariables: Advice = ({ templates }) => {
  const warnings: string[] = [];
  for (const [path, { spec }] of templates) {
    for (const kind of KINDS) warnOf(`${path}.spec.${kind}`, spec?.[kind] ?? [], warnings);
  }
  return warnings;
};
