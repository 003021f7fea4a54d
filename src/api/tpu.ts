/** The extended resource by which a container asks for TPUs. */
export const TPU_RESOURCE = 'google.com/tpu';

/** Environment variables by which TPU software finds the other hosts. */
export const TPU_ENV = {
  hostNames: 'TPU_WORKER_HOSTNAMES',
  workerID: 'TPU_WORKER_ID',
  name: 'TPU_NAME',
  addresses: 'TPU_PROCESS_ADDRESSES',
  port: 'TPU_PROCESS_PORT',
} as const;

/** The port of the first TPU process of a pod, unless the user chose another. */
export const TPU_FIRST_PORT = 8476;
