import { join } from 'node:path';
import { featureGatesValue, toFlags } from './component-flags.ts';

export interface ControlPlaneArguments {
  directory: string;
  ports: { etcd: number; etcdPeer: number; apiServer: number };
  kubeconfigs: { controllerManager: string; scheduler: string; kwok: string };
  stages: string;
  featureGates?: Record<string, boolean>;
  controllers?: string;
  audit?: { policy: string; log: string };
  apiServerFlags?: readonly string[];
}

const LOCAL = '127.0.0.1';
// Tests are in more of a hurry than a cluster: nobody here is to wait for a client's rate limit.
const UNHURRIED_CLIENT = { 'kube-api-qps': 1000, 'kube-api-burst': 2000 };

function etcd({ directory, ports }: ControlPlaneArguments): string[] {
  const client = `http://${LOCAL}:${ports.etcd}`;
  const peer = `http://${LOCAL}:${ports.etcdPeer}`;
  return toFlags({
    'data-dir': join(directory, 'etcd'),
    'listen-client-urls': client,
    'advertise-client-urls': client,
    'listen-peer-urls': peer,
    'initial-advertise-peer-urls': peer,
    'initial-cluster': `default=${peer}`,
    'unsafe-no-fsync': true,
    'log-level': 'warn',
  });
}

function apiServer({ directory, ports, audit, featureGates, apiServerFlags = [] }: ControlPlaneArguments): string[] {
  const pki = join(directory, 'pki');
  const flags = toFlags({
    'etcd-servers': `http://${LOCAL}:${ports.etcd}`,
    'secure-port': ports.apiServer,
    'bind-address': LOCAL,
    'advertise-address': LOCAL,
    // Newer versions refuse to publish a loopback address as the endpoint of the service `kubernetes`.
    'endpoint-reconciler-type': 'none',
    'cert-dir': pki,
    'tls-cert-file': join(pki, 'apiserver.crt'),
    'tls-private-key-file': join(pki, 'apiserver.key'),
    'client-ca-file': join(pki, 'ca.crt'),
    'service-account-issuer': 'https://kubernetes.default.svc',
    'service-account-key-file': join(pki, 'service-accounts.pub'),
    'service-account-signing-key-file': join(pki, 'service-accounts.key'),
    'service-cluster-ip-range': '10.0.0.0/16',
    'authorization-mode': 'RBAC',
    'allow-privileged': true,
    'shutdown-delay-duration': '0s',
    // It would taint every new node until the controller that is switched off below says otherwise.
    'disable-admission-plugins': 'TaintNodesByCondition',
    'feature-gates': featureGatesValue(featureGates),
    'audit-policy-file': audit?.policy,
    'audit-log-path': audit?.log,
    'audit-log-maxsize': audit && 4000,
    'audit-log-mode': audit && 'blocking',
  });
  return [...flags, ...apiServerFlags];
}

function controllerManager({ directory, kubeconfigs, controllers, featureGates }: ControlPlaneArguments): string[] {
  const pki = join(directory, 'pki');
  return toFlags({
    kubeconfig: kubeconfigs.controllerManager,
    'service-account-private-key-file': join(pki, 'service-accounts.key'),
    'root-ca-file': join(pki, 'ca.crt'),
    // Without heartbeats it would think every fake node dead.
    controllers: controllers ?? '*,-node-lifecycle-controller',
    'leader-elect': false,
    'secure-port': 0,
    'concurrent-statefulset-syncs': 20,
    'feature-gates': featureGatesValue(featureGates),
    ...UNHURRIED_CLIENT,
  });
}

function scheduler({ kubeconfigs, featureGates }: ControlPlaneArguments): string[] {
  return toFlags({
    kubeconfig: kubeconfigs.scheduler,
    'leader-elect': false,
    'secure-port': 0,
    'feature-gates': featureGatesValue(featureGates),
    ...UNHURRIED_CLIENT,
  });
}

function kwok({ kubeconfigs, stages }: ControlPlaneArguments): string[] {
  return toFlags({
    kubeconfig: kubeconfigs.kwok,
    config: stages,
    'manage-all-nodes': true,
    'node-lease-duration-seconds': 0,
    'server-address': '',
  });
}

/** Returns the command line arguments of each program of a control plane. */
export const controlPlaneArguments = (options: ControlPlaneArguments) => ({
  etcd: etcd(options),
  'kube-apiserver': apiServer(options),
  'kube-controller-manager': controllerManager(options),
  'kube-scheduler': scheduler(options),
  kwok: kwok(options),
});
