import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { controlPlaneArguments } from './control-plane-arguments.ts';
import { freePorts } from './free-ports.ts';
import type { WrittenObject } from './kube-object.ts';
import type { Pki } from './pki.ts';
import type { Supervisor } from './supervise.ts';
import type { AuditOptions } from './write-audit-policy.ts';
import { writeAuditPolicy } from './write-audit-policy.ts';
import { writeKubeconfig } from './write-kubeconfig.ts';
import type { PodTimes } from './write-stages.ts';
import { writeStages } from './write-stages.ts';

const END_DELETED_PODS = fileURLToPath(new URL('end-deleted-pods.ts', import.meta.url));

export interface LaunchOptions extends PodTimes {
  /** Records requests; `true` those of everybody but the control plane itself. */
  audit?: boolean | AuditOptions;
  apiServerFlags?: readonly string[];
  featureGates?: Record<string, boolean>;
  /** The controller manager's `--controllers`. */
  controllers?: string;
  /**
   * Installed before the controllers start: the garbage collector looks for new kinds every 30 s only, and does not miss their owners until then.
   */
  crds?: readonly WrittenObject[];
}

export interface LaunchSite {
  directory: string;
  programs: string;
  supervisor: Supervisor;
  pki: Pki;
}

async function writeComponentKubeconfigs({ directory, pki }: LaunchSite, url: string) {
  const write = async (name: string, user: string) => {
    const pair = await pki.signUser(user, ['system:masters']);
    return writeKubeconfig(join(directory, `${name}.kubeconfig`), { url, ca: pki.ca, ...pair });
  };
  return {
    controllerManager: await write('kube-controller-manager', 'system:kube-controller-manager'),
    scheduler: await write('kube-scheduler', 'system:kube-scheduler'),
    kwok: await write('kwok', 'kwok'),
    kubelet: await write('kubelet', 'kubelet'),
  };
}

function auditFiles(directory: string, audit: AuditOptions | boolean, log: string) {
  if (audit === false) return {};
  const policy = writeAuditPolicy(join(directory, 'audit-policy.json'), audit === true ? {} : audit);
  return { audit: { policy, log } };
}

/** Chooses ports that are free at the moment, writes the files that the programs read, and resolves to the programs' arguments. */
export async function prepareArguments(site: LaunchSite, { audit = false, ...options }: LaunchOptions) {
  const { directory } = site;
  const [etcd = 0, etcdPeer = 0, apiServer = 0] = await freePorts(3);
  const url = `https://127.0.0.1:${apiServer}`;
  const auditLog = join(directory, 'audit.log');
  const kubeconfigs = await writeComponentKubeconfigs(site, url);
  const args = controlPlaneArguments({
    ...options,
    directory,
    ports: { etcd, etcdPeer, apiServer },
    kubeconfigs,
    stages: writeStages(join(directory, 'stages.yaml'), options),
    ...auditFiles(directory, audit, auditLog),
  });
  const kubelet = [END_DELETED_PODS, kubeconfigs.kubelet, String(options.podStopDelayMs ?? 0)];
  return { url, auditLog, args, kubelet };
}
