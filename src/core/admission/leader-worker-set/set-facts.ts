import type { IntOrString, PodTemplateSpec, StringMap } from '../../../api/kubernetes.ts';
import type { LeaderWorkerSet, LeaderWorkerTemplate } from '../../../api/leader-worker-set.ts';
import { resolveIntOrPercent } from '../../int-or-percent.ts';
import type { Loose } from '../loose.ts';

/** What the rules read of a LeaderWorkerSet, with the defaults of the schema in place of absent values. */
export type SetFacts = {
  readonly object: Loose<LeaderWorkerSet>;
  readonly name: string;
  readonly annotations: Loose<StringMap>;
  readonly replicas: number;
  readonly size: number;
  readonly maxUnavailable: IntOrString;
  readonly maxSurge: IntOrString;
  /** maxUnavailable and maxSurge in groups; undefined when they are neither a number nor a percentage. */
  readonly unavailableGroups: number | undefined;
  readonly surgeGroups: number | undefined;
  readonly partition: number;
  readonly hasSubGroups: boolean;
  readonly subGroupSize: number | undefined;
  readonly isLeaderExcluded: boolean;
  /** The pods of a set without a leader template are all made from the worker template. */
  readonly leaderTemplate: Loose<PodTemplateSpec> | undefined;
  readonly workerTemplate: Loose<PodTemplateSpec> | undefined;
  /** The pod templates with their paths: one when leaders are made from the worker template. */
  readonly templates: readonly (readonly [path: string, template: Loose<PodTemplateSpec>])[];
};

const NO_ANNOTATIONS: Loose<StringMap> = {};

const listTemplates = (template: Loose<LeaderWorkerTemplate> | null | undefined): SetFacts['templates'] => {
  const { leaderTemplate, workerTemplate } = template ?? {};
  const templates: (readonly [string, Loose<PodTemplateSpec>])[] = [];
  if (leaderTemplate) templates.push(['spec.leaderWorkerTemplate.leaderTemplate', leaderTemplate]);
  if (workerTemplate) templates.push(['spec.leaderWorkerTemplate.workerTemplate', workerTemplate]);
  return templates;
};

/** Reads a LeaderWorkerSet of the shape LEADER_WORKER_SET_SHAPE. */
export const readSetFacts = (object: Loose<LeaderWorkerSet>): SetFacts => {
  const template = object.spec?.leaderWorkerTemplate;
  const rollout = object.spec?.rolloutStrategy?.rollingUpdateConfiguration;
  const subGroupPolicy = template?.subGroupPolicy ?? undefined;
  const workerTemplate = template?.workerTemplate ?? undefined;
  const replicas = object.spec?.replicas ?? 1;
  const maxUnavailable = rollout?.maxUnavailable ?? 1;
  const maxSurge = rollout?.maxSurge ?? 0;
  return {
    object,
    name: object.metadata?.name ?? '',
    annotations: object.metadata?.annotations ?? NO_ANNOTATIONS,
    replicas,
    size: template?.size ?? 1,
    maxUnavailable,
    maxSurge,
    unavailableGroups: resolveIntOrPercent(maxUnavailable, replicas, 'down'),
    surgeGroups: resolveIntOrPercent(maxSurge, replicas, 'up'),
    partition: rollout?.partition ?? 0,
    hasSubGroups: subGroupPolicy !== undefined,
    subGroupSize: subGroupPolicy?.subGroupSize ?? undefined,
    isLeaderExcluded: subGroupPolicy?.subGroupPolicyType === 'LeaderExcluded',
    leaderTemplate: template?.leaderTemplate ?? workerTemplate,
    workerTemplate,
    templates: listTemplates(template),
  };
};
