// All that we use of the client library, on its own so that a bundle holds nothing else of it.
export { KubeConfig } from '@kubernetes/client-node';
