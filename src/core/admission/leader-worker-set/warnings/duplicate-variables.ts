import { ENV } from '../../../../api/labels.ts';
import type { Container } from '../../../../api/kubernetes.ts';
import type { Loose } from '../../loose.ts';
import type { Advice } from '../rule.ts';

const INJECTED: readonly string[] = Object.values(ENV);

const describe = (path: string, name: string): string =>
  INJECTED.includes(name)
    ? `${path}: ${name} is set by LeaderWorkerSet and this value is dropped. Remove it, or choose another name`
    : `${path}: ${name} is given more than once; only the first is kept. Remove the others`;

const findDropped = (env: Loose<Container>['env']): Set<string> => {
  const seen = new Set(INJECTED);
  const dropped = new Set<string>();
  for (const { name } of env ?? []) {
    if (seen.has(name ?? '')) dropped.add(name ?? '');
    seen.add(name ?? '');
  }
  return dropped;
};

/** Upstream: of variables with one name the first is kept, where Kubernetes itself uses the last. */
export const duplicateVariables: Advice = ({ templates }) =>
  templates.flatMap(([path, { spec }]) =>
    (['containers', 'initContainers'] as const).flatMap((kind) =>
      (spec?.[kind] ?? []).flatMap(({ env }, index) =>
        [...findDropped(env)].map((name) => describe(`${path}.spec.${kind}[${index}].env`, name)),
      ),
    ),
  );
