import type { Container, PodSpec, PodTemplateSpec, ResourceList } from '../api/kubernetes.ts';
import { addQuantities, compareQuantities } from './quantity/arithmetic.ts';
import { parseQuantity } from './quantity/parse-quantity.ts';
import type { Quantity } from './quantity/quantity.ts';

type Requests = Readonly<Record<string, Quantity>>;

const readRequests = (list: ResourceList | undefined): Requests =>
  Object.fromEntries(
    Object.entries(list ?? {}).flatMap(([name, value]) => {
      const quantity = parseQuantity(value);
      return quantity === undefined ? [] : [[name, quantity]];
    }),
  );

const combine = (a: Requests, b: Requests, choose: (a: Quantity, b: Quantity) => Quantity): Requests => {
  const combined: Record<string, Quantity> = { ...a };
  for (const [name, quantity] of Object.entries(b)) {
    const present = combined[name];
    combined[name] = present === undefined ? quantity : choose(present, quantity);
  }
  return combined;
};

const add = (a: Requests, b: Requests): Requests => combine(a, b, addQuantities);

const max = (a: Requests, b: Requests): Requests => combine(a, b, (x, y) => (compareQuantities(y, x) > 0 ? y : x));

const requestsOf = (container: Container): Requests => readRequests(container.resources?.requests);

const isSidecar = (container: Container): boolean => container.restartPolicy === 'Always';

/** The requests of all sidecars, and the most that any init container needs while the sidecars before it run. */
const startupRequests = (initContainers: readonly Container[]): { sidecars: Requests; peak: Requests } => {
  let sidecars: Requests = {};
  let peak: Requests = {};
  for (const container of initContainers) {
    const own = requestsOf(container);
    // The first summand decides how a sum is written.
    const running = isSidecar(container) ? add(sidecars, own) : add(own, sidecars);
    if (isSidecar(container)) sidecars = running;
    peak = max(peak, running);
  }
  return { sidecars, peak };
};

const containerRequests = (spec: PodSpec): Requests => {
  const { sidecars, peak } = startupRequests(spec.initContainers ?? []);
  return max(spec.containers.map(requestsOf).concat(sidecars).reduce(add, {}), peak);
};

const isPodLevelResource = (name: string): boolean =>
  name === 'cpu' || name === 'memory' || name.startsWith('hugepages-');

const podLevelRequests = (spec: PodSpec): Requests =>
  Object.fromEntries(
    Object.entries(readRequests(spec.resources?.requests)).filter(([name]) => isPodLevelResource(name)),
  );

/**
 * What the scheduler reserves for a pod of this template: the requests of its containers and sidecars, or of an
 * init container that needs more; pod-level requests take their place; overhead comes on top. Limits count nothing.
 * Source: KEP-753 (sidecars), KEP-2837 (pod-level resources).
 */
export const podRequests = ({ spec }: PodTemplateSpec): Record<string, Quantity> =>
  spec === undefined ? {} : add({ ...containerRequests(spec), ...podLevelRequests(spec) }, readRequests(spec.overhead));
