/** More hosts than any TPU slice has. Without a bound, one number in an annotation could exhaust the memory. */
const MAX_HOSTS = 10_000;
const MAX_LENGTH = 1024 * 1024;

/** Refuses a list of hosts that would be too long to write into a variable. */
export const tpuHostLimit = (podName: string, subdomain: string, hosts: bigint): string | undefined => {
  const length = hosts * BigInt(podName.length + subdomain.length);
  if (hosts <= BigInt(MAX_HOSTS) && length <= BigInt(MAX_LENGTH)) return undefined;
  return `pod ${podName.slice(0, 64)} would be told of ${hosts} TPU hosts: at most ${MAX_HOSTS} hosts, and ${MAX_LENGTH} characters, fit into one variable. Reduce the size of the group or of its sub-groups`;
};
