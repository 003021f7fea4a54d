import { LABEL } from '../../api/labels.ts';
import type { Group } from '../observed/group.ts';
import type { ObservedLeaderStatefulSet } from '../observed/observed-stateful-set.ts';
import type { RolloutPlan } from '../rollout/plan-rollout.ts';
import type { Pace, SimulatedGroup } from './simulated-group.ts';

/** Pods in each observed group: the fewest with which leader and group can be ready apart. */
export const OBSERVED_SIZE = 2;

const observeGroup = ({ template, leaderReady, ready }: SimulatedGroup<string>, index: number): Group => ({
  index,
  leader: {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { labels: { [LABEL.revision]: template, 'controller-revision-hash': template } },
    phase: 'Running',
    ready: leaderReady,
    restarts: 0,
    requestsTPUs: false,
  },
  workerStatefulSet: {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: {},
    replicas: 1,
    status: { availableReplicas: ready ? 1 : 0 },
  },
});

/** Simulated groups as the caches would show them. */
export const observeSimulatedGroups = (groups: readonly SimulatedGroup<string>[]): readonly Group[] =>
  groups.map(observeGroup);

/** The leader StatefulSet of simulated groups, in the middle of an update; its `maxUnavailable` is kept only with the feature gate. */
export const observeSimulatedLeaders = (
  plan: RolloutPlan,
  pace: Pace,
  { from, to }: { readonly from: string; readonly to: string },
): ObservedLeaderStatefulSet => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: {},
  spec: {
    replicas: plan.replicas,
    selector: {},
    template: { spec: { containers: [] } },
    updateStrategy: {
      rollingUpdate: { partition: plan.partition, ...(pace === 'maxUnavailable' ? { maxUnavailable: 1 } : {}) },
    },
  },
  status: { currentRevision: from, updateRevision: to },
});
