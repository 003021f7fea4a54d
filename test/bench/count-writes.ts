import type { AuditEvent } from '../cluster/read-audit-events.ts';

export type WriteCounts = {
  readonly total: number;
  readonly events: number;
  readonly status: number;
  /** Neither events nor status. */
  readonly others: number;
  readonly conflicts: number;
  /** Such as `create statefulsets`, the most frequent first. */
  readonly byKind: readonly (readonly [string, number])[];
};

const WRITES = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);

const kindOf = ({ verb, objectRef }: AuditEvent): string =>
  [verb, objectRef?.resource, objectRef?.subresource].filter(Boolean).join(' ');

/** Counts the write requests among what an audit log holds; leases are not counted, as they are written by the clock. */
export const countWrites = (requests: readonly AuditEvent[]): WriteCounts => {
  const writes = requests.filter(({ verb, objectRef }) => WRITES.has(verb) && objectRef?.resource !== 'leases');
  const count = (matches: (request: AuditEvent) => boolean): number => writes.filter(matches).length;
  const kinds = new Map<string, number>();
  for (const write of writes) kinds.set(kindOf(write), (kinds.get(kindOf(write)) ?? 0) + 1);
  const events = count(({ objectRef }) => objectRef?.resource === 'events');
  const status = count(({ objectRef }) => objectRef?.subresource === 'status');
  return {
    total: writes.length,
    events,
    status,
    others: writes.length - events - status,
    conflicts: count(({ responseStatus }) => responseStatus?.code === 409),
    byKind: [...kinds].sort(([, a], [, b]) => b - a),
  };
};
