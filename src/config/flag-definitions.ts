import { checkDNSSubdomain } from './check-dns-name.ts';
import { DEFAULT_CONFIGURATION } from './default-configuration.ts';
import type { FlagValue } from './flag-value.ts';
import {
  addressValue,
  booleanValue,
  countValue,
  durationValue,
  numberValue,
  textValue,
  wordValue,
} from './flag-value.ts';
import { readLogLevel } from './read-log-level.ts';

export type FlagDefinition = {
  readonly name: string;
  /** What stands for the value in the usage; absent for a boolean, whose value needs `=`. */
  readonly placeholder?: string;
  readonly description: string;
  readonly value: FlagValue;
};

const DEPRECATED = 'Deprecated: use the configuration file.';

const { clientConnection, leaderElection } = DEFAULT_CONFIGURATION;

/** Every flag of the manager, in the order of the usage. A zero is the default, as in the file. */
export const FLAG_DEFINITIONS: readonly FlagDefinition[] = [
  {
    name: 'config',
    placeholder: 'file',
    description: 'Configuration file. Flags given here win over it.',
    value: textValue((config) => ({ config })),
  },
  {
    name: 'kubeconfig',
    placeholder: 'file',
    description: 'How to reach the API server; by default $KUBECONFIG, else the service account of the pod.',
    value: textValue((kubeconfig) => ({ kubeconfig })),
  },
  {
    name: 'version',
    description: 'Print the version and exit.',
    value: booleanValue((version) => ({ version })),
  },
  {
    name: 'metrics-bind-address',
    placeholder: 'address',
    description: `Where metrics are served, "0" for nowhere (default ":8443"). ${DEPRECATED}`,
    value: addressValue((metricsBindAddress) => ({ metricsBindAddress })),
  },
  {
    name: 'health-probe-bind-address',
    placeholder: 'address',
    description: `Where probes are answered, "0" for nowhere (default ":8081"). ${DEPRECATED}`,
    value: addressValue((healthProbeBindAddress) => ({ healthProbeBindAddress })),
  },
  {
    name: 'kube-api-qps',
    placeholder: 'number',
    description: 'Requests per second to the API server, negative for no limit (default 500).',
    value: numberValue((qps) => ({ kubeAPIQPS: qps || clientConnection.qps })),
  },
  {
    name: 'kube-api-burst',
    placeholder: 'integer',
    description: 'Requests to the API server at once (default 500).',
    value: countValue((burst) => ({ kubeAPIBurst: burst || clientConnection.burst })),
  },
  {
    name: 'leader-elect',
    description: 'Work only while holding the lease (default true).',
    value: booleanValue((leaderElect) => ({ leaderElect })),
  },
  {
    name: 'leader-elect-lease-duration',
    placeholder: 'duration',
    description: `How long others wait after the last renewal (default 15s). ${DEPRECATED}`,
    value: durationValue((ms) => ({ leaseDurationMs: ms || leaderElection.leaseDurationMs })),
  },
  {
    name: 'leader-elect-renew-deadline',
    placeholder: 'duration',
    description: `How long the leader tries to renew before it gives up (default 10s). ${DEPRECATED}`,
    value: durationValue((ms) => ({ renewDeadlineMs: ms || leaderElection.renewDeadlineMs })),
  },
  {
    name: 'leader-elect-retry-period',
    placeholder: 'duration',
    description: `How long to wait between attempts (default 2s). ${DEPRECATED}`,
    value: durationValue((ms) => ({ retryPeriodMs: ms || leaderElection.retryPeriodMs })),
  },
  {
    name: 'leader-elect-resource-lock',
    placeholder: 'resource',
    description: `What is held; only "leases" (default "leases"). ${DEPRECATED}`,
    value: (text) => (text === 'leases' ? { resourceLock: text } : 'must be "leases"'),
  },
  {
    name: 'leader-elect-resource-name',
    placeholder: 'name',
    description: `Name of the lease (default "b8b2488c.x-k8s.io"). ${DEPRECATED}`,
    value: (text) =>
      checkDNSSubdomain('', text).length > 0 ? 'must be a lowercase RFC 1123 subdomain' : { resourceName: text },
  },
  {
    name: 'zap-devel',
    description: 'Log at level debug unless --zap-log-level says otherwise (default true).',
    value: booleanValue((zapDevel) => ({ zapDevel })),
  },
  {
    name: 'zap-log-level',
    placeholder: 'level',
    description: 'debug, info, error, panic (here: error), or an integer above zero (here: debug).',
    value: (text) => {
      const zapLogLevel = readLogLevel(text);
      return zapLogLevel ? { zapLogLevel } : `invalid log level ${JSON.stringify(text)}`;
    },
  },
  {
    name: 'zap-encoder',
    placeholder: 'encoder',
    description: 'json or console. Accepted for compatibility: log lines are always JSON.',
    value: wordValue('encoder value', ['json', 'console'], (zapEncoder) => ({ zapEncoder })),
  },
  {
    name: 'zap-time-encoding',
    placeholder: 'encoding',
    description:
      'epoch, millis, nanos, iso8601, rfc3339 or rfc3339nano. Accepted for compatibility: times are always epoch.',
    value: wordValue(
      'time encoding',
      ['epoch', 'millis', 'nanos', 'iso8601', 'rfc3339', 'rfc3339nano'],
      (zapTimeEncoding) => ({ zapTimeEncoding }),
    ),
  },
  {
    name: 'zap-stacktrace-level',
    placeholder: 'level',
    description: 'info, error or panic. Accepted for compatibility: errors always have their stack.',
    value: wordValue('stacktrace level', ['info', 'error', 'panic'], (zapStacktraceLevel) => ({ zapStacktraceLevel })),
  },
];
