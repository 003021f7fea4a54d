import type { Container, PodSpec, PodTemplateSpec, ResourceList } from '../../../api/kubernetes.ts';
import { podRequests } from '../../pod-requests.ts';
import { addQuantities, multiplyQuantity } from '../../quantity/arithmetic.ts';
import type { Quantity } from '../../quantity/quantity.ts';
import { BudgetExhausted } from './meter.ts';

type Requests = Readonly<Record<string, Quantity>>;

type Resources = { readonly limits?: ResourceList | null; readonly requests?: ResourceList | null };

/** The API server takes a limit for the request when a pod is created without one; a template still lacks it. */
const withRequestedLimits = <T extends { readonly resources?: Resources | null }>(holder: T): T =>
  holder.resources?.limits
    ? {
        ...holder,
        resources: { ...holder.resources, requests: { ...holder.resources.limits, ...holder.resources.requests } },
      }
    : holder;

const namesRequested = (containers: readonly Container[]): Set<string> =>
  new Set(containers.flatMap(({ resources }) => Object.keys(resources?.requests ?? {})));

/** A pod's own limit counts only where no container requests the resource. */
const withPodRequests = (spec: PodSpec, requested: ReadonlySet<string>): PodSpec => {
  const { resources } = spec as { readonly resources?: Resources | null };
  if (!resources?.limits) return spec;
  const limits = Object.entries(resources.limits).filter(([name]) => !requested.has(name));
  return { ...spec, resources: { requests: { ...Object.fromEntries(limits), ...resources.requests } } };
};

/** Summing up copies what is summed up so far once per container; the largest real pods have a hundredth of either limit. */
const MAX_WORK = 1_000_000;
const MAX_ENTRIES = 2_000;

const checkWork = (containers: readonly Container[]): void => {
  const entries = containers.reduce((sum, { resources }) => sum + Object.keys(resources?.requests ?? {}).length, 0);
  if (entries > MAX_ENTRIES || containers.length * entries > MAX_WORK)
    throw new BudgetExhausted('there are too many requests to sum up');
};

const templateRequests = (template: PodTemplateSpec): Requests => {
  if (!template.spec) return {};
  const containers = (template.spec.containers ?? []).map(withRequestedLimits);
  const initContainers = (template.spec.initContainers ?? []).map(withRequestedLimits);
  checkWork([...containers, ...initContainers]);
  const spec = withPodRequests(template.spec, namesRequested([...containers, ...initContainers]));
  return podRequests({ spec: { ...spec, containers, initContainers } });
};

const times = (requests: Requests, factor: number): Requests =>
  Object.fromEntries(Object.entries(requests).map(([name, quantity]) => [name, multiplyQuantity(quantity, factor)]));

const add = (a: Requests, b: Requests): Requests => {
  const sum: Record<string, Quantity> = { ...a };
  for (const [name, quantity] of Object.entries(b)) {
    const present = sum[name];
    sum[name] = present === undefined ? quantity : addQuantities(present, quantity);
  }
  return sum;
};

/**
 * What the scheduler will reserve for one group, its leader and `size` − 1 workers, by resource. Throws BudgetExhausted for templates with
 * absurdly many requests.
 */
export const groupRequests = (leader: PodTemplateSpec, worker: PodTemplateSpec, size: number): Requests =>
  size > 1 ? add(templateRequests(leader), times(templateRequests(worker), size - 1)) : templateRequests(leader);

/** A number of groups' requests as numbers: cores, bytes, devices. */
export const requestNumbers = (requests: Requests, groups: number): Record<string, number> =>
  Object.fromEntries(
    Object.entries(times(requests, groups)).map(([name, { digits, exponent }]) => {
      // A schema takes infinity for no number at all, and would let it pass.
      const number = Math.min(Number(`${digits}e${exponent}`), Number.MAX_VALUE);
      return [name, number];
    }),
  );
