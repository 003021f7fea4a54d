/** What the CRD's schema says beyond Go's types. Each is about a field, named `Type.field`. */

/** The values that a field is limited to. */
export const ENUMS: Readonly<Record<string, readonly string[]>> = {
  'LeaderWorkerSetSpec.startupPolicy': ['LeaderCreated', 'LeaderReady'],
  'LeaderWorkerTemplate.restartPolicy': ['Default', 'RecreateGroupOnPodRestart', 'RecreateGroupAfterStart', 'None'],
  'NetworkConfig.subdomainPolicy': ['Shared', 'UniquePerReplica'],
  'RolloutStrategy.type': ['RollingUpdate'],
  'SubGroupPolicy.subGroupPolicyType': ['LeaderWorker', 'LeaderExcluded'],
};

/** The fields that tell the items of a list apart: no two items may have the same values in them. */
export const LIST_KEYS: Readonly<Record<string, readonly string[]>> = {
  'Container.env': ['name'],
  'Container.ports': ['containerPort', 'protocol'],
  'Container.volumeDevices': ['devicePath'],
  'Container.volumeMounts': ['mountPath'],
  'EphemeralContainer.env': ['name'],
  'EphemeralContainer.ports': ['containerPort', 'protocol'],
  'EphemeralContainer.volumeDevices': ['devicePath'],
  'EphemeralContainer.volumeMounts': ['mountPath'],
  'PersistentVolumeClaimStatus.conditions': ['type'],
  'PodSpec.containers': ['name'],
  'PodSpec.ephemeralContainers': ['name'],
  'PodSpec.hostAliases': ['ip'],
  'PodSpec.imagePullSecrets': ['name'],
  'PodSpec.initContainers': ['name'],
  'PodSpec.resourceClaims': ['name'],
  'PodSpec.schedulingGates': ['name'],
  'PodSpec.topologySpreadConstraints': ['topologyKey', 'whenUnsatisfiable'],
  'PodSpec.volumes': ['name'],
  'ResourceRequirements.claims': ['name'],
};

/** Otherwise a field is required when Go always writes it. */
export const REQUIRED_THOUGH_OMITTED: readonly string[] = [
  'ContainerRestartRule.action',
  'ContainerRestartRuleOnExitCodes.operator',
  'PodCertificateProjection.keyType',
  'PodCertificateProjection.signerName',
];

/** Otherwise a field is required when Go always writes it. */
export const OPTIONAL_THOUGH_WRITTEN: readonly string[] = [
  'GRPCAction.service',
  'ProjectedVolumeSource.sources',
  'TypedLocalObjectReference.apiGroup',
  'TypedObjectReference.apiGroup',
];
