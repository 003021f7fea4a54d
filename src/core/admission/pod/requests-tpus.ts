import { TPU_RESOURCE } from '../../../api/tpu.ts';
import type { Container, PodSpec, ResourceList } from '../../../api/kubernetes.ts';
import { quantityCeil } from '../../quantity/arithmetic.ts';
import type { Loose } from '../loose.ts';

const holdsTPUs = (resources: Loose<ResourceList> | null | undefined): boolean => {
  const quantity = resources?.[TPU_RESOURCE];
  return quantity !== undefined && quantity !== null && (quantityCeil(quantity) ?? 0n) !== 0n;
};

/** True when the limits, or else the requests, of a container hold TPUs. */
export const containerRequestsTPUs = ({ resources }: Loose<Container>): boolean =>
  holdsTPUs(resources?.limits) || holdsTPUs(resources?.requests);

/** True when a container or init container requests TPUs. */
export const requestsTPUs = (spec: Loose<PodSpec> | null | undefined): boolean =>
  (spec?.containers ?? []).some(containerRequestsTPUs) || (spec?.initContainers ?? []).some(containerRequestsTPUs);
