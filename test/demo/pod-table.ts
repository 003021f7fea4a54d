import type { KubeObject } from '../cluster/kube-object.ts';

export type PodRow = {
  readonly group: string;
  readonly pod: string;
  readonly role: string;
  readonly node: string;
  readonly rack: string;
  readonly phase: string;
  readonly ready: string;
};

type DemoPod = KubeObject & {
  readonly spec: { readonly nodeName?: string };
  readonly status: { readonly phase?: string; readonly conditions?: readonly { type: string; status: string }[] };
};

const LABEL = 'leaderworkerset.sigs.k8s.io/';
export const RACK_LABEL = 'topology.kubernetes.io/rack';

const isReady = ({ status }: DemoPod): boolean =>
  status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;

const phaseOf = ({ metadata, status }: DemoPod): string =>
  metadata.deletionTimestamp === undefined ? (status.phase ?? 'Pending') : 'Terminating';

/** One row per pod, leaders before their workers. */
export const podRows = (pods: readonly KubeObject[], nodes: readonly KubeObject[]): PodRow[] => {
  const rackOf = new Map(nodes.map(({ metadata }) => [metadata.name, metadata.labels?.[RACK_LABEL] ?? '']));
  return (pods as readonly DemoPod[])
    .map((pod) => {
      const labels = pod.metadata.labels ?? {};
      const node = pod.spec.nodeName ?? '';
      return {
        group: labels[`${LABEL}group-index`] ?? '',
        pod: pod.metadata.name,
        role: labels[`${LABEL}worker-index`] === '0' ? 'leader' : 'worker',
        node,
        rack: rackOf.get(node) ?? '',
        phase: phaseOf(pod),
        ready: isReady(pod) ? 'yes' : 'no',
      };
    })
    .sort((a, b) => Number(a.group) - Number(b.group) || a.pod.localeCompare(b.pod, 'en', { numeric: true }));
};

const COLUMNS = ['group', 'pod', 'role', 'node', 'rack', 'phase', 'ready'] as const;

/** The rows as aligned text, under a heading. */
export const formatTable = (rows: readonly PodRow[]): string => {
  const width = (column: (typeof COLUMNS)[number]): number =>
    Math.max(column.length, ...rows.map((row) => row[column].length));
  const line = (cells: (column: (typeof COLUMNS)[number]) => string): string =>
    `  ${COLUMNS.map((column) => cells(column).padEnd(width(column))).join('  ')}`.trimEnd();
  return [line((column) => column.toUpperCase()), ...rows.map((row) => line((column) => row[column]))].join('\n');
};
