/**
 * A command of the documentation, and how it is known to work: it is run (with `as` in place of its placeholders), a test of another name runs it or the like of
 * it, or there is a reason why nothing does.
 */
export type DocumentedCommand = { readonly command: string } & (
  | { readonly run: 'here' | 'on a cluster'; readonly as?: string; readonly exit?: number }
  /** `contains` is what to look for in the test. */
  | { readonly test: string; readonly contains: string }
  | { readonly not: string }
);

const SETS = 'deploy/samples/lws.yaml';
const SURGE = 'deploy/samples/rollout-strategy.yaml';
const POLICY = 'deploy/samples/policies/small-sandboxes';

const NO_KUBELET = 'fake nodes have no kubelet, and their containers do not run';
const FOR_PLACEHOLDERS = 'a hint at what to look for in an object of yours';

/** Every command that README.md, docs/ and deploy/ name. Those for a cluster are run in this order. */
export const COMMANDS: readonly DocumentedCommand[] = [
  { command: 'npm test', test: '.ci/run', contains: 'npm test' },
  { command: 'npm ci', test: 'Dockerfile', contains: 'npm ci' },
  { command: 'npm run demo', test: '.ci/run', contains: 'npm run demo' },
  { command: 'npm run demo -- --once', test: '.ci/run', contains: 'npm run demo -- --once' },
  { command: 'npm run build', test: 'test/run-all.ts', contains: 'build()' },
  { command: 'npm run image', test: 'test/image/image.test.ts', contains: 'npm run image' },
  { command: 'npm run bench:groups', not: 'takes minutes and a quiet machine' },
  { command: 'npm run bench:groups -- --groups 200 --size 8', not: 'takes minutes and a quiet machine' },
  { command: 'npm run bench:admission', not: 'takes minutes and a quiet machine' },
  { command: 'npm run generate', test: 'test/deploy/deploy.test.ts', contains: 'renderCRD' },
  { command: 'npm run generate -- --check', run: 'here', as: 'node deploy/crds/generate.ts --check' },
  {
    command: 'npm run generate -- --refresh core-v1.json',
    test: 'test/deploy/deploy.test.ts',
    contains: 'reduceDefinitions',
  },
  {
    command: 'npm run generate -- --refresh http://127.0.0.1:8001/openapi/v3/api/v1',
    not: 'changes files; the same as from a file',
  },
  {
    command: 'npm run generate:docs',
    test: 'test/docs/configuration.test.ts',
    contains: 'renderConfigurationReference',
  },
  {
    command: 'node test/setup/bootstrap.mjs --no-control-plane deploy/helm/render.ts',
    not: 'changes files; what it writes is compared by test/deploy/helm.test.ts',
  },

  { command: 'node dist/manager.js --help', run: 'here' },
  { command: 'lws render -f FILE', run: 'here', as: `lws render -f ${SETS}` },
  { command: 'lws revision -f FILE [-f FILE]', run: 'here', as: `lws revision -f ${SETS}` },
  { command: 'lws revision -f OLD -f NEW', run: 'here', as: `lws revision -f ${SETS} -f ${SURGE}` },
  { command: 'lws plan -f OLD -f NEW', run: 'here', as: `lws plan -f ${SURGE} -f ${SURGE}` },
  {
    command: 'lws plan --feature-gates MaxUnavailableStatefulSet=true',
    run: 'here',
    as: `lws plan --feature-gates MaxUnavailableStatefulSet=true -f ${SURGE} -f ${SURGE}`,
  },
  {
    command: 'lws policy test -f POLICIES -f FILES',
    run: 'here',
    as: `lws policy test -f ${POLICY}/policy.yaml -f ${POLICY}/accepted.yaml`,
  },
  {
    command: 'lws policy test',
    run: 'here',
    as: `lws policy test -f ${POLICY}/policy.yaml -f ${POLICY}/refused.yaml`,
    exit: 1,
  },
  {
    command: `lws policy test -f ${POLICY}/policy.yaml -f ${POLICY}/refused.yaml`,
    run: 'here',
    exit: 1,
  },

  // With a manager that leads, and a set that it has made available.
  { command: 'kubectl --namespace lws-system get lease b8b2488c.x-k8s.io', run: 'on a cluster' },
  { command: 'kubectl --namespace lws-system get lease b8b2488c.x-k8s.io -o yaml', run: 'on a cluster' },
  { command: 'kubectl get leaderworkersets -A', run: 'on a cluster' },
  { command: 'kubectl get leaderworkersets -A -o yaml', run: 'on a cluster' },
  { command: 'kubectl get leaderworkerset NAME', run: 'on a cluster' },
  { command: 'kubectl describe leaderworkerset NAME', run: 'on a cluster' },
  { command: 'kubectl get statefulsets,pods', run: 'on a cluster' },
  { command: 'kubectl get pods --selector leaderworkerset.sigs.k8s.io/name=NAME', run: 'on a cluster' },
  {
    command:
      'kubectl get pods --selector leaderworkerset.sigs.k8s.io/name=NAME --label-columns leaderworkerset.sigs.k8s.io/group-index,leaderworkerset.sigs.k8s.io/worker-index',
    run: 'on a cluster',
  },
  { command: 'kubectl get events --field-selector type=Warning', run: 'on a cluster' },
  { command: 'kubectl describe statefulset NAME', run: 'on a cluster' },
  { command: 'kubectl describe pod NAME', run: 'on a cluster', as: 'kubectl describe pod NAME-0' },
  { command: 'kubectl get pod NAME -o yaml', run: 'on a cluster', as: 'kubectl get pod NAME-0 -o yaml' },
  { command: 'kubectl logs POD --previous', not: NO_KUBELET },
  { command: 'kubectl describe podgroup', not: FOR_PLACEHOLDERS },
  { command: 'kubectl get disaggregatedsets -A', not: "needs upstream's second CRD" },
  {
    command: 'kubectl get --raw /openapi/v3/api/v1 > core-v1.json',
    run: 'on a cluster',
    as: 'kubectl get --raw /openapi/v3/api/v1 > /dev/null',
  },
  { command: 'kubectl proxy --port 8001 &', not: 'does not end by itself' },

  // The installation itself. The manager's pods are played by fake nodes.
  {
    command: 'kubectl apply --server-side --force-conflicts -k deploy/kustomize/default',
    run: 'on a cluster',
  },
  { command: 'kubectl label namespace lws-system pod-security.kubernetes.io/enforce=restricted', run: 'on a cluster' },
  { command: 'kubectl --namespace lws-system rollout status deployment lws-controller-manager', run: 'on a cluster' },
  { command: 'kubectl --namespace lws-system rollout restart deployment lws-controller-manager', run: 'on a cluster' },
  { command: 'kubectl --namespace lws-system get deployment lws-controller-manager -o yaml', run: 'on a cluster' },
  { command: 'kubectl --namespace lws-system get pods', run: 'on a cluster' },
  { command: 'kubectl get mutatingwebhookconfiguration lws-mutating-webhook-configuration', run: 'on a cluster' },
  { command: 'kubectl get mutatingwebhookconfigurations,validatingwebhookconfigurations', run: 'on a cluster' },
  { command: 'kubectl --namespace lws-system get pods,lease', run: 'on a cluster' },
  {
    command: 'kubectl --namespace lws-system logs --selector control-plane=controller-manager --prefix --tail 50',
    not: NO_KUBELET,
  },
  {
    command: 'kubectl get --raw /api/v1/namespaces/lws-system/pods/POD:8081/proxy/readyz/webhook',
    not: `${NO_KUBELET}; the paths of the checks are tested by test/cli/serve.test.ts`,
  },
  { command: 'kubectl --namespace lws-system port-forward POD 8081', not: NO_KUBELET },
  { command: 'kubectl --namespace lws-system exec POD -- node -e \'process.kill(1, "SIGUSR2")\'', not: NO_KUBELET },
  {
    command: 'kubectl create secret generic lws-webhook-server-cert --namespace lws-system',
    run: 'on a cluster',
    as: 'kubectl delete secret lws-webhook-server-cert --namespace lws-system && kubectl create secret generic lws-webhook-server-cert --namespace lws-system',
  },
  {
    command:
      'kubectl --namespace lws-system patch secret lws-webhook-server-cert --type json --patch \'[{"op":"remove","path":"/data"}]\'',
    run: 'on a cluster',
    as: 'kubectl --namespace lws-system patch secret lws-webhook-server-cert --patch \'{"stringData":{"tls.crt":"x"}}\' && kubectl --namespace lws-system patch secret lws-webhook-server-cert --type json --patch \'[{"op":"remove","path":"/data"}]\'',
  },
  {
    command:
      'kubectl create clusterrolebinding lws-metrics --clusterrole lws-metrics-reader --serviceaccount monitoring:prometheus',
    run: 'on a cluster',
  },
  {
    command: 'kubectl --namespace monitoring create configmap lws-dashboard --from-file dashboard.json',
    run: 'on a cluster',
    as: 'kubectl create namespace monitoring && cd deploy/monitoring && kubectl --namespace monitoring create configmap lws-dashboard --from-file dashboard.json',
  },
  {
    command: 'kubectl --namespace monitoring label configmap lws-dashboard grafana_dashboard=1',
    run: 'on a cluster',
  },

  {
    command: 'helm install lws deploy/helm/lws --namespace lws-system --create-namespace',
    test: 'test/cluster/install.test.ts',
    contains: "helm('install', 'lws'",
  },
  {
    command:
      'helm install lws deploy/helm/lws --namespace lws-system --create-namespace --set image.manager.repository=registry.example.com/lws --set image.manager.tag=v1.0.0',
    test: 'test/cluster/install.test.ts',
    contains: "helm('install', 'lws'",
  },
  {
    command: 'helm upgrade lws deploy/helm/lws --namespace lws-system --reset-then-reuse-values',
    test: 'test/cluster/install.test.ts',
    contains: "helm('upgrade', 'lws'",
  },
  {
    command:
      'helm upgrade lws deploy/helm/lws --namespace lws-system --reset-then-reuse-values --set enableCertManager=true',
    test: 'test/cluster/install.test.ts',
    contains: 'enableCertManager=true',
  },
  {
    command: 'helm upgrade lws deploy/helm/lws --namespace lws-system --take-ownership --force-conflicts --set …',
    test: 'test/cluster/install.test.ts',
    contains: "'--take-ownership', '--force-conflicts'",
  },
  {
    command: 'helm uninstall lws --namespace lws-system',
    test: 'test/cluster/install.test.ts',
    contains: "helm('uninstall', 'lws'",
  },
  {
    command: 'kubectl delete namespace lws-system',
    test: 'test/cluster/install.test.ts',
    contains: "'delete', 'namespace', 'lws-system'",
  },
  {
    command:
      'kubectl delete mutatingwebhookconfiguration,validatingwebhookconfiguration,clusterrole,clusterrolebinding --selector app.kubernetes.io/name=lws',
    test: 'test/cluster/install.test.ts',
    contains: "'--selector', 'app.kubernetes.io/name=lws'",
  },
  { command: 'kubectl delete -k', not: 'is warned of' },
  {
    command: 'kubectl --namespace lws-system delete secret webhook-server-cert',
    test: 'test/cluster/cert-manager.test.ts',
    contains: 'client.delete(FILES)',
  },
  {
    command:
      'docker build --build-arg LWS_VERSION=v1.0.0 --build-arg LWS_COMMIT="$(git rev-parse HEAD)" --tag registry.example.com/lws:v1.0.0 .',
    not: 'there is no Docker where the tests run',
  },
  { command: 'docker buildx imagetools inspect IMAGE', not: 'there is no Docker where the tests run' },
];
