import type { Container } from '../../../api/kubernetes.ts';
import { ANNOTATION, LABEL } from '../../../api/labels.ts';
import { TPU_FIRST_PORT } from '../../../api/tpu.ts';
import { splitOrdinal } from '../../ordinal.ts';
import type { Loose } from '../loose.ts';
import { notAnInteger } from './not-an-integer.ts';
import type { PodDraft } from './pod-draft.ts';
import { annotationOf, doesLeaderRequestTPUs, isLeader, labelOf } from './pod-draft.ts';
import { readInteger } from './read-integer.ts';
import { tpuHostLimit } from './tpu-host-limit.ts';
import { tpuVariables, userPort } from './tpu-variables.ts';

type SubGroupPlace = { readonly subGroupSize: bigint; readonly subGroupIndex: bigint; readonly workerIndex: bigint };

const readPlace = (draft: PodDraft): SubGroupPlace | string => {
  const sizeText = annotationOf(draft.pod, ANNOTATION.subGroupSize) ?? '';
  const indexText = labelOf(draft, LABEL.subGroupIndex) ?? '';
  const workerText = labelOf(draft, LABEL.workerIndex) ?? '';
  const subGroupSize = readInteger(sizeText);
  if (subGroupSize === undefined) return notAnInteger('annotation', ANNOTATION.subGroupSize, sizeText, draft.name);
  const subGroupIndex = readInteger(indexText);
  if (subGroupIndex === undefined) return notAnInteger('label', LABEL.subGroupIndex, indexText, draft.name);
  const workerIndex = readInteger(workerText);
  if (workerIndex === undefined) return notAnInteger('label', LABEL.workerIndex, workerText, draft.name);
  return { subGroupSize, subGroupIndex, workerIndex };
};

/** Upstream: without a leader that uses TPUs, workers are counted from the first one, whatever their sub-group label says. */
const countedPlace = ({ subGroupSize, subGroupIndex, workerIndex }: SubGroupPlace, isLeaderCounted: boolean) =>
  workerIndex === 0n || isLeaderCounted
    ? { workerID: workerIndex % subGroupSize, index: subGroupIndex }
    : { workerID: (workerIndex - 1n) % subGroupSize, index: (workerIndex - 1n) / subGroupSize };

type HostRange = { readonly isLeaderListed: boolean; readonly from: bigint; readonly to: bigint };

const hostRange = (subGroupSize: bigint, index: bigint, role: 'leader' | 'counted' | 'uncounted'): HostRange => {
  const from = subGroupSize * index + 1n;
  const to = subGroupSize * (index + 1n);
  if (role === 'uncounted') return { isLeaderListed: false, from, to };
  if (role === 'leader' || index === 0n) return { isLeaderListed: true, from, to: to - 1n };
  return { isLeaderListed: false, from: from - 1n, to: to - 1n };
};

const countHosts = ({ isLeaderListed, from, to }: HostRange): bigint =>
  (to >= from ? to - from + 1n : 0n) + (isLeaderListed ? 1n : 0n);

const listHosts = ({ isLeaderListed, from, to }: HostRange, leaderName: string, subdomain: string): string[] => {
  const hosts = isLeaderListed ? [`${leaderName}.${subdomain}`] : [];
  for (let worker = from; worker <= to; worker++) hosts.push(`${leaderName}-${worker}.${subdomain}`);
  return hosts;
};

/** Tells a container the TPU hosts of its sub-group; returns a refusal. Upstream: only the first container that uses TPUs is told. */
export const tellSubGroupHosts = (draft: PodDraft, container: Loose<Container>): string | undefined => {
  const place = readPlace(draft);
  if (typeof place === 'string') return place;
  const leader = isLeader(draft);
  const isLeaderCounted = doesLeaderRequestTPUs(draft);
  const leaderName = leader ? draft.name : splitOrdinal(draft.name).parent;
  if (leaderName === '') return `parsing parent name from pod ${draft.name}`;
  const { workerID, index } = countedPlace(place, isLeaderCounted);
  const range = hostRange(place.subGroupSize, index, leader ? 'leader' : isLeaderCounted ? 'counted' : 'uncounted');
  const refusal = tpuHostLimit(draft.name, draft.subdomain, countHosts(range));
  if (refusal !== undefined) return refusal;
  const hosts = listHosts(range, leaderName, draft.subdomain);
  const port = userPort(container) ?? String(TPU_FIRST_PORT);
  const process = {
    hostNames: hosts.join(','),
    workerID: String(workerID),
    leaderName,
    addresses: hosts.map((host) => `${host}:${port}`).join(','),
    port,
  };
  draft.tpuVariables.set(container, tpuVariables(container, process));
  return undefined;
};
