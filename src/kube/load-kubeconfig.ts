import { dirname } from 'node:path';
import type { KubeConfig } from './kube-config.ts';
import { readTextFile } from './read-text-file.ts';

/** Reads and merges kubeconfig files; throws an error that names the file and its problem. */
export const loadKubeconfig = async (files: readonly string[]): Promise<KubeConfig> => {
  // Loaded only here: in a pod it is not needed, and it is by far the largest thing we would import.
  const client = await import('./kube-config.ts');
  const merged = new client.KubeConfig();
  for (const file of files) {
    const text = await readTextFile(file, 'kubeconfig');
    try {
      const config = new client.KubeConfig();
      config.loadFromString(text);
      config.makePathsAbsolute(dirname(file));
      merged.mergeConfig(config, Boolean(merged.currentContext));
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      throw new Error(`the kubeconfig ${file} cannot be used: ${cause}`, { cause: error });
    }
  }
  return merged;
};
