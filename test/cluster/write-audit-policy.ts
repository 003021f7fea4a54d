import { writeFileSync } from 'node:fs';

export interface AuditOptions {
  /** Only these users' requests are recorded; by default everybody's but the control plane's own. */
  users?: readonly string[];
  /** Whether to record the bodies of writes too; by default they are. */
  bodies?: boolean;
}

const WRITES = ['create', 'update', 'patch', 'delete', 'deletecollection'];
const OWN_USERS = ['system:apiserver', 'system:kube-controller-manager', 'system:kube-scheduler', 'kwok', 'kubelet'];

/** Writes an audit policy that records writes with their bodies and reads without, and returns the file's path. */
export function writeAuditPolicy(path: string, { users, bodies = true }: AuditOptions): string {
  const whose = users === undefined ? {} : { users };
  const rules = [
    ...(users === undefined ? [{ level: 'None', users: OWN_USERS }] : []),
    { level: bodies ? 'RequestResponse' : 'Metadata', verbs: WRITES, ...whose },
    { level: 'Metadata', ...whose },
    { level: 'None' },
  ];
  const policy = { apiVersion: 'audit.k8s.io/v1', kind: 'Policy', omitStages: ['RequestReceived'], rules };
  writeFileSync(path, JSON.stringify(policy, undefined, 2));
  return path;
}
