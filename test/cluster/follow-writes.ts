import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditEvent } from './read-audit-events.ts';
import type { ControlPlane } from './start-control-plane.ts';
import { MANAGER_USER } from './start-reconciler.ts';

const WRITES = new Set(['create', 'update', 'patch', 'delete']);
/** Written beside the reconciles, not by them. */
const BESIDE = new Set(['leases', 'events']);

const isWrite = ({ verb, user, objectRef }: AuditEvent): boolean =>
  user.username === MANAGER_USER && WRITES.has(verb) && !BESIDE.has(objectRef?.resource ?? '');

/** Follows the audit log from its present end. */
export function followWrites(cluster: ControlPlane) {
  const file = openSync(join(cluster.directory, 'audit.log'), 'r');
  let position = fstatSync(file).size;
  let rest = '';

  return {
    /** Returns the manager's writes since the last call, without events and leases. */
    read: (): AuditEvent[] => {
      const buffer = Buffer.alloc(fstatSync(file).size - position);
      position += readSync(file, buffer, 0, buffer.length, position);
      const lines = (rest + buffer.toString()).split('\n');
      rest = lines.pop() ?? '';
      return lines.map((line) => JSON.parse(line) as AuditEvent).filter(isWrite);
    },
    close: (): void => closeSync(file),
  };
}
