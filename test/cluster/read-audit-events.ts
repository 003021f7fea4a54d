import { existsSync, readFileSync } from 'node:fs';
import type { KubeObject } from './kube-object.ts';

/** One recorded request to the API server. */
export interface AuditEvent {
  auditID: string;
  stage: string;
  verb: string;
  requestURI: string;
  user: { username: string };
  userAgent?: string;
  objectRef?: { resource: string; namespace?: string; name?: string; apiGroup?: string; subresource?: string };
  responseStatus?: { code: number; reason?: string };
  requestObject?: unknown;
  responseObject?: KubeObject;
  requestReceivedTimestamp: string;
}

/** Returns the requests that an audit log holds, in the order in which they were answered. */
export function readAuditEvents(log: string): AuditEvent[] {
  if (!existsSync(log)) return [];
  // The last line may be half written.
  const lines = readFileSync(log, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as AuditEvent);
}
