import type { Container } from '../../../api/kubernetes.ts';
import { TPU_FIRST_PORT } from '../../../api/tpu.ts';
import { splitOrdinal } from '../../ordinal.ts';
import type { Loose } from '../loose.ts';
import type { PodDraft } from './pod-draft.ts';
import { doesLeaderRequestTPUs, isLeader } from './pod-draft.ts';
import { tpuHostLimit } from './tpu-host-limit.ts';
import { tpuVariables, userPort } from './tpu-variables.ts';

type Place = { readonly leaderName: string; readonly podIndex: number };

/** The place among the pods that use TPUs, which the leader may not belong to. */
const placeOf = (draft: PodDraft): Place => {
  if (isLeader(draft)) return { leaderName: draft.name, podIndex: 0 };
  const { parent, ordinal } = splitOrdinal(draft.name);
  return { leaderName: parent, podIndex: doesLeaderRequestTPUs(draft) ? ordinal : ordinal - 1 };
};

const hostsOfGroup = (leaderName: string, subdomain: string, isLeaderListed: boolean, size: number): string[] => {
  const hosts = isLeaderListed ? [`${leaderName}.${subdomain}`] : [];
  for (let worker = 1; worker < size; worker++) hosts.push(`${leaderName}-${worker}.${subdomain}`);
  return hosts;
};

/** Tells every container that uses TPUs the hosts of its whole group, one entry for each such container of a pod; returns a refusal. */
export const tellGroupHosts = (draft: PodDraft, users: readonly Loose<Container>[]): string | undefined => {
  const { leaderName, podIndex } = placeOf(draft);
  if (leaderName === '') return `parsing parent name from pod ${draft.name}`;
  const { subdomain } = draft;
  const isLeaderListed = isLeader(draft) || doesLeaderRequestTPUs(draft);
  const listed = (draft.size > 1n ? draft.size - 1n : 0n) + (isLeaderListed ? 1n : 0n);
  const refusal = tpuHostLimit(draft.name, subdomain, listed * BigInt(users.length));
  if (refusal !== undefined) return refusal;
  const ports = users.map((container, i) => userPort(container) ?? String(TPU_FIRST_PORT + i));
  const hosts = hostsOfGroup(leaderName, subdomain, isLeaderListed, Number(draft.size));
  const hostNames = hosts.flatMap((host) => ports.map(() => host)).join(',');
  const addresses = hosts.flatMap((host) => ports.map((port) => `${host}:${port}`)).join(',');
  for (const [i, container] of users.entries()) {
    const workerID = String(podIndex * users.length + i);
    const process = { hostNames, workerID, leaderName, addresses, port: ports[i] ?? '' };
    draft.tpuVariables.set(container, tpuVariables(container, process));
  }
  return undefined;
};
