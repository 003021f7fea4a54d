import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SetupError } from './setup-error.mjs';

const GO_MOD = fileURLToPath(new URL('../cluster/control-plane/go.mod', import.meta.url));

/** Returns the Kubernetes version that the committed Go module builds: the default. */
export const defaultKubernetesVersion = () => /^\s*k8s\.io\/kubernetes (v\S+)/m.exec(readFileSync(GO_MOD, 'utf8'))[1];

/** Returns the Kubernetes version asked for by LWS_KUBERNETES_VERSION, else the default, as `v1.2.3`. */
export function kubernetesVersion() {
  const asked = process.env.LWS_KUBERNETES_VERSION;
  if (!asked) return defaultKubernetesVersion();
  const version = asked.startsWith('v') ? asked : `v${asked}`;
  if (/^v1\.\d+\.\d+$/.test(version)) return version;
  throw new SetupError(
    `LWS_KUBERNETES_VERSION is "${asked}": set it to a full version such as ${defaultKubernetesVersion()}.`,
  );
}
