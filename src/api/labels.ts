/** Prefix of every label and annotation that belongs to LeaderWorkerSet. */
const PREFIX = 'leaderworkerset.sigs.k8s.io/';

/** Labels that LeaderWorkerSet puts on pods, StatefulSets, Services, ControllerRevisions and PodGroups. */
export const LABEL = {
  name: `${PREFIX}name`,
  groupIndex: `${PREFIX}group-index`,
  workerIndex: `${PREFIX}worker-index`,
  groupKey: `${PREFIX}group-key`,
  revision: `${PREFIX}template-revision-hash`,
  subGroupIndex: `${PREFIX}subgroup-index`,
  subGroupKey: `${PREFIX}subgroup-key`,
} as const;

/** Annotations that LeaderWorkerSet reads or writes, with those of the gang schedulers it speaks to. */
export const ANNOTATION = {
  size: `${PREFIX}size`,
  replicas: `${PREFIX}replicas`,
  leaderName: `${PREFIX}leader-name`,
  exclusiveTopology: `${PREFIX}exclusive-topology`,
  subGroupExclusiveTopology: `${PREFIX}subgroup-exclusive-topology`,
  subGroupSize: `${PREFIX}subgroup-size`,
  subGroupPolicyType: `${PREFIX}subgroup-policy-type`,
  /** Upstream: camel case, unlike all others. */
  subdomainPolicy: `${PREFIX}subdomainPolicy`,
  recreateGroupAfterStart: `${PREFIX}experimental-recreate-group-after-start`,
  leaderRequestsTPUs: `${PREFIX}leader-requests-tpus`,
  /** Ours: which pods made up each group, to find failures that happened while no manager ran. */
  incarnations: `${PREFIX}incarnations`,
  podGroup: 'scheduling.k8s.io/group-name',
  volcanoQueue: 'scheduling.volcano.sh/queue-name',
} as const;

/** LWS annotations with this prefix are copied to the PodGroup. */
export const VOLCANO_PREFIX = 'volcano.sh/';

/** True for a label or annotation key in the LeaderWorkerSet domain. */
export const isReservedKey = (key: string): boolean => key.startsWith(PREFIX);

/** Environment variables that every container of a group receives. */
export const ENV = {
  leaderAddress: 'LWS_LEADER_ADDRESS',
  groupSize: 'LWS_GROUP_SIZE',
  workerIndex: 'LWS_WORKER_INDEX',
} as const;
