const MAX_INT32 = 2_147_483_647;

const STRING = { type: 'string', nullable: true };
const BOOLEAN = { type: 'boolean', nullable: true };

const map = (properties: Readonly<Record<string, object>>): object => ({
  type: 'object',
  nullable: true,
  additionalProperties: false,
  properties,
});

const STRINGS = { type: 'array', nullable: true, items: { type: 'string' } };

const POLICIES = {
  type: 'array',
  nullable: true,
  items: {
    ...map({
      name: STRING,
      match: map({
        namespaces: STRINGS,
        excludeNamespaces: STRINGS,
        labels: { type: 'object', nullable: true, additionalProperties: { type: 'string' } },
        operations: STRINGS,
      }),
      enforcement: STRING,
      message: STRING,
      // What is in it is judged when it is compiled.
      schema: { type: 'object', nullable: true },
    }),
    nullable: false,
  },
};

/** JSON schema of a FileConfiguration: types, ranges and the names of all fields. */
export const CONFIGURATION_SCHEMA: object = map({
  apiVersion: STRING,
  kind: STRING,
  webhook: map({
    port: { type: 'integer', nullable: true, minimum: 0, maximum: 65_535 },
    host: STRING,
    certDir: STRING,
  }),
  metrics: map({ bindAddress: STRING }),
  health: map({ healthProbeBindAddress: STRING, readinessEndpointName: STRING, livenessEndpointName: STRING }),
  leaderElection: map({
    leaderElect: BOOLEAN,
    leaseDuration: STRING,
    renewDeadline: STRING,
    retryPeriod: STRING,
    resourceLock: STRING,
    resourceName: STRING,
    resourceNamespace: STRING,
  }),
  internalCertManagement: map({ enable: BOOLEAN, webhookServiceName: STRING, webhookSecretName: STRING }),
  gangSchedulingManagement: map({ schedulerProvider: STRING }),
  clientConnection: map({
    qps: { type: 'number', nullable: true },
    burst: { type: 'integer', nullable: true, minimum: 0, maximum: MAX_INT32 },
  }),
  tls: map({ minVersion: STRING, cipherSuites: STRINGS }),
  policies: POLICIES,
  policyFiles: STRINGS,
});

/** JSON schema of a file that holds nothing but policies. */
export const POLICY_FILE_SCHEMA: object = map({ policies: POLICIES });
