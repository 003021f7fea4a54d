const MAX_INT32 = 2_147_483_647;

const text = (description: string): object => ({ type: 'string', nullable: true, description });

const flag = (description: string): object => ({ type: 'boolean', nullable: true, description });

const texts = (description: string): object => ({
  type: 'array',
  nullable: true,
  items: { type: 'string' },
  description,
});

const map = (properties: Readonly<Record<string, object>>): object => ({
  type: 'object',
  nullable: true,
  additionalProperties: false,
  properties,
});

const POLICIES = {
  type: 'array',
  nullable: true,
  description: 'What you allow beyond the rules of the API.',
  items: {
    ...map({
      name: text('Lower-case letters, digits and `-`; no two policies have the same.'),
      match: map({
        namespaces: texts('Globs (`*`, `?`) for the namespaces that the policy is about. Absent: all.'),
        excludeNamespaces: texts('Globs for namespaces that are left alone.'),
        labels: {
          type: 'object',
          nullable: true,
          additionalProperties: { type: 'string' },
          description: 'Labels that the set must have, with these values.',
        },
        operations: texts('`CREATE`, `UPDATE`. Absent: both.'),
      }),
      enforcement: text('`deny`, `warn` or `audit`.'),
      message: text('A sentence for the user, at most 200 characters.'),
      // What is in it is judged when it is compiled.
      schema: {
        type: 'object',
        nullable: true,
        description: 'What you want, as JSON Schema 2020-12 over the subject.',
      },
    }),
    nullable: false,
  },
};

/** JSON schema of a FileConfiguration: types, ranges, names and meanings of all fields. */
export const CONFIGURATION_SCHEMA: object = map({
  apiVersion: text('`config.lws.x-k8s.io/v1alpha1`; may be missing.'),
  kind: text('`Configuration`; may be missing.'),
  webhook: map({
    port: {
      type: 'integer',
      nullable: true,
      minimum: 0,
      maximum: 65_535,
      description: 'Where admission is served. 0 is the default. The webhook Service leads to 9443.',
    },
    host: text('The address to listen on. Empty: all interfaces.'),
    certDir: text(
      'Folder of `tls.crt` and `tls.key`, with `internalCertManagement.enable: false`. Otherwise only its `ca.crt` is read, if there is one, and added to the CA bundles.',
    ),
  }),
  metrics: map({
    bindAddress: text('Where metrics are served: `host:port`, `:port` for all interfaces, or `"0"` for nowhere.'),
  }),
  health: map({
    healthProbeBindAddress: text(
      'Where probes are answered: `host:port`, `:port`, or `"0"` for nowhere. Empty is the default.',
    ),
    readinessEndpointName: text('URL path of readiness; a missing first `/` is added.'),
    livenessEndpointName: text('URL path of liveness; must differ from that of readiness.'),
  }),
  leaderElection: map({
    leaderElect: flag('Reconcile only while holding the lease. Every replica answers admission requests in any case.'),
    leaseDuration: text('How long others wait after the last renewal that they saw; at least 1s. 0 is the default.'),
    renewDeadline: text('How long the leader tries to renew before it gives up; less than `leaseDuration`.'),
    retryPeriod: text('How long to wait between attempts; 1.2 times this must be less than `renewDeadline`.'),
    resourceLock: text('Only `leases`.'),
    resourceName: text(
      "Name of the Lease. With the default, this manager and upstream's exclude each other, as they must.",
    ),
    resourceNamespace: text('No effect, as with upstream: the Lease is in the namespace of the manager.'),
  }),
  internalCertManagement: map({
    enable: flag(
      'The manager makes the certificate of the webhooks itself. `false`: it serves the files in `certDir`.',
    ),
    webhookServiceName: text('Name of the webhook Service: the certificate is for `<name>.<namespace>.svc`.'),
    webhookSecretName: text(
      'Name of the Secret that holds the certificate. The Role in `deploy/` names the default: another one needs a Role of its own.',
    ),
  }),
  gangSchedulingManagement: map({
    schedulerProvider: text(
      'Only `volcano`: a PodGroup for each group, so that it starts as a whole. Required when the section is there. Absent: off.',
    ),
  }),
  clientConnection: map({
    qps: {
      type: 'number',
      nullable: true,
      description: 'Requests per second to the API server. 0 is the default; negative lifts the limit.',
    },
    burst: {
      type: 'integer',
      nullable: true,
      minimum: 0,
      maximum: MAX_INT32,
      description: 'Requests to the API server at once. 0 is the default.',
    },
  }),
  tls: map({
    minVersion: text(
      '`VersionTLS12` or `VersionTLS13`, of the webhook and the metrics server. Absent: `VersionTLS12`.',
    ),
    cipherSuites: texts(
      'Cipher suites of TLS 1.2 by the names below; unless given, the six of ECDHE with AES-GCM or ChaCha20. Not together with `VersionTLS13`.',
    ),
  }),
  policies: POLICIES,
  policyFiles: texts('Files with more policies. A relative path starts at the folder of this file.'),
});

/** JSON schema of a file that holds nothing but policies. */
export const POLICY_FILE_SCHEMA: object = map({ policies: POLICIES });
