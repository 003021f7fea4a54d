import type { Container, EnvVar } from '../../../api/kubernetes.ts';
import { TPU_ENV } from '../../../api/tpu.ts';
import type { Loose } from '../loose.ts';

/** The port that a user gave to the TPU process of a container: '' when it comes from elsewhere, undefined when there is none. */
export const userPort = ({ env }: Loose<Container>): string | undefined => {
  const variable = env?.find(({ name }) => name === TPU_ENV.port);
  return variable === undefined ? undefined : (variable.value ?? '');
};

export type TPUProcess = {
  readonly hostNames: string;
  readonly workerID: string;
  readonly leaderName: string;
  readonly addresses: string;
  readonly port: string;
};

/** Kubernetes leaves out an empty value. */
const variable = (name: string, value: string): EnvVar => (value === '' ? { name } : { name, value });

/** What the container of one TPU process is told, in this order. */
export const tpuVariables = (container: Loose<Container>, process: TPUProcess): EnvVar[] => {
  const variables: EnvVar[] = [
    variable(TPU_ENV.hostNames, process.hostNames),
    variable(TPU_ENV.workerID, process.workerID),
    variable(TPU_ENV.name, process.leaderName),
    variable(TPU_ENV.addresses, process.addresses),
  ];
  if (userPort(container) === undefined) variables.push(variable(TPU_ENV.port, process.port));
  return variables;
};
