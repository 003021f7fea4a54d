/** Paths of the webhooks, as the webhook configurations of the API server name them. */
export const WEBHOOK_PATH = {
  defaultLeaderWorkerSet: '/mutate-leaderworkerset-x-k8s-io-v1-leaderworkerset',
  validateLeaderWorkerSet: '/validate-leaderworkerset-x-k8s-io-v1-leaderworkerset',
  mutatePod: '/mutate--v1-pod',
  validatePod: '/validate--v1-pod',
} as const;
