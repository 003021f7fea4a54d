import type { ObjectRef } from './kubernetes.ts';

/** An event about a LeaderWorkerSet, before a recorder gives it a name, a time and a reporter (events.k8s.io/v1). */
export type Event = {
  readonly type: 'Normal' | 'Warning';
  readonly reason:
    | 'CreatingRevision'
    | 'FailedCreate'
    | 'FailedUpdate'
    | 'GroupsProgressing'
    | 'GroupsUpdating'
    | 'AllGroupsReady'
    | 'RecreateGroup';
  readonly action: 'Create' | 'Update' | 'Delete';
  readonly note: string;
  readonly regarding: ObjectRef;
  readonly related?: ObjectRef;
};
