export type Resource = { readonly apiVersion: string; readonly kind: string };

export type ResourcePathOptions = Resource & {
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly subresource?: string | undefined;
};

/** The kinds this project speaks of, with their name in paths and whether they live in a namespace. */
const KINDS: Readonly<Record<string, { readonly plural: string; readonly namespaced: boolean }>> = {
  'v1 Pod': { plural: 'pods', namespaced: true },
  'v1 Service': { plural: 'services', namespaced: true },
  'v1 Secret': { plural: 'secrets', namespaced: true },
  'v1 ConfigMap': { plural: 'configmaps', namespaced: true },
  'v1 Event': { plural: 'events', namespaced: true },
  'v1 PersistentVolumeClaim': { plural: 'persistentvolumeclaims', namespaced: true },
  'v1 Namespace': { plural: 'namespaces', namespaced: false },
  'v1 Node': { plural: 'nodes', namespaced: false },
  'apps/v1 StatefulSet': { plural: 'statefulsets', namespaced: true },
  'apps/v1 ControllerRevision': { plural: 'controllerrevisions', namespaced: true },
  'leaderworkerset.x-k8s.io/v1 LeaderWorkerSet': { plural: 'leaderworkersets', namespaced: true },
  'scheduling.volcano.sh/v1beta1 PodGroup': { plural: 'podgroups', namespaced: true },
  'events.k8s.io/v1 Event': { plural: 'events', namespaced: true },
  'coordination.k8s.io/v1 Lease': { plural: 'leases', namespaced: true },
  'admissionregistration.k8s.io/v1 MutatingWebhookConfiguration': {
    plural: 'mutatingwebhookconfigurations',
    namespaced: false,
  },
  'admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration': {
    plural: 'validatingwebhookconfigurations',
    namespaced: false,
  },
  'apiextensions.k8s.io/v1 CustomResourceDefinition': { plural: 'customresourcedefinitions', namespaced: false },
  'authentication.k8s.io/v1 TokenReview': { plural: 'tokenreviews', namespaced: false },
  'authorization.k8s.io/v1 SubjectAccessReview': { plural: 'subjectaccessreviews', namespaced: false },
};

/** The URL path of a collection (without `name`), an object or a subresource; throws on a kind that this project does not speak of. */
export const resourcePath = (options: ResourcePathOptions): string => {
  const known = KINDS[`${options.apiVersion} ${options.kind}`];
  if (known === undefined) throw new Error(`no path is known for ${options.apiVersion} ${options.kind}`);
  const group = options.apiVersion.includes('/') ? `/apis/${options.apiVersion}` : `/api/${options.apiVersion}`;
  const scope = known.namespaced && options.namespace ? `/namespaces/${encodeURIComponent(options.namespace)}` : '';
  const name = options.name === undefined ? '' : `/${encodeURIComponent(options.name)}`;
  const subresource = options.subresource === undefined ? '' : `/${options.subresource}`;
  return `${group}${scope}/${known.plural}${name}${subresource}`;
};
