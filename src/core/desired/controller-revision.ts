import { LABEL } from '../../api/labels.ts';
import type { LeaderWorkerSet } from '../../api/leader-worker-set.ts';
import type { ControllerRevision } from '../../api/kubernetes.ts';
import { revisionHash } from '../revision/revision-hash.ts';
import { revisionName } from '../revision/revision-name.ts';
import { ownerReference } from './owner-reference.ts';

type Options = {
  readonly set: LeaderWorkerSet;
  /** From `revisionData`, or an older revision's bytes. */
  readonly data: string;
  /** The label; the name always carries the hash of the data, even where an older manager chose another key. */
  readonly key: string;
  readonly number: number;
};

type BuiltRevision = {
  readonly object: ControllerRevision;
  /** The body of the create request: `data` must reach the API server in exactly these bytes, which it then stores. */
  readonly bodyText: string;
};

/** The ControllerRevision that records a set's data under a key, with the text to create it. */
export const buildControllerRevision = ({ set, data, key, number }: Options): BuiltRevision => {
  const { name = '', namespace = '' } = set.metadata;
  const revision = {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: revisionName(name, revisionHash(data), number),
      namespace,
      labels: { [LABEL.name]: name, [LABEL.revision]: key },
      ownerReferences: [ownerReference(set)],
    },
    revision: number,
  };
  return {
    object: { ...revision, data: JSON.parse(data) as unknown },
    bodyText: `${JSON.stringify(revision).slice(0, -1)},"data":${data}}`,
  };
};
