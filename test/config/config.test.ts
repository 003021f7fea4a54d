import { readFileSync } from 'node:fs';
import t from 'tap';
import { parse } from 'yaml';
import { applyFlags } from '../../src/config/apply-flags.ts';
import { areWebhooksEnabled } from '../../src/config/are-webhooks-enabled.ts';
import { parseBindAddress, readBindAddress } from '../../src/config/bind-address.ts';
import { formatConfigurationErrors } from '../../src/config/configuration-error.ts';
import { DEFAULT_CONFIGURATION } from '../../src/config/default-configuration.ts';
import { FLAG_DEFINITIONS } from '../../src/config/flag-definitions.ts';
import { readFlags } from '../../src/config/flags.ts';
import type { GivenFlags } from '../../src/config/given-flags.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import type { LoadedConfiguration } from '../../src/config/load.ts';
import { logLevel } from '../../src/config/log-level.ts';
import { operatorNamespace } from '../../src/config/operator-namespace.ts';
import { parseDuration } from '../../src/config/parse-duration.ts';
import { usage } from '../../src/config/usage.ts';
import { warnOfIgnoredFlags } from '../../src/config/warn-of-ignored-flags.ts';

const defaults = DEFAULT_CONFIGURATION;

/** The errors in one text, as the user sees them. */
const refusalOf = (loaded: LoadedConfiguration): unknown =>
  'errors' in loaded ? formatConfigurationErrors(loaded.errors) : loaded;

const COMPLETE = `
apiVersion: config.lws.x-k8s.io/v1alpha1
kind: Configuration
webhook: { port: 1, host: 127.0.0.1, certDir: /certs }
metrics: { bindAddress: "0" }
health: { healthProbeBindAddress: "[::1]:9", readinessEndpointName: readyz, livenessEndpointName: /live }
leaderElection:
  leaderElect: no
  leaseDuration: 1m30s
  renewDeadline: 1m
  retryPeriod: 500ms
  resourceLock: leases
  resourceName: my.lease
  resourceNamespace: elsewhere
internalCertManagement: { enable: false, webhookServiceName: my-service, webhookSecretName: my.secret }
gangSchedulingManagement: { schedulerProvider: volcano }
clientConnection: { qps: 12.5, burst: 30 }
tls: { minVersion: VersionTLS12, cipherSuites: [TLS_RSA_WITH_RC4_128_SHA, TLS_RSA_WITH_AES_128_CBC_SHA] }
`;

void t.test('reads a configuration in which every field is set', (t) => {
  t.strictSame(loadConfiguration({ text: COMPLETE }), {
    configuration: {
      webhook: { port: 1, host: '127.0.0.1', certDir: '/certs' },
      metrics: { bindAddress: '0' },
      health: {
        healthProbeBindAddress: '[::1]:9',
        readinessEndpointName: '/readyz',
        livenessEndpointName: '/live',
      },
      leaderElection: {
        leaderElect: false,
        leaseDurationMs: 90_000,
        renewDeadlineMs: 60_000,
        retryPeriodMs: 500,
        resourceLock: 'leases',
        resourceName: 'my.lease',
      },
      internalCertManagement: { enable: false, webhookServiceName: 'my-service', webhookSecretName: 'my.secret' },
      gangSchedulingManagement: { schedulerProvider: 'volcano' },
      clientConnection: { qps: 12.5, burst: 30 },
      tls: {
        minVersion: 'VersionTLS12',
        cipherSuites: ['TLS_RSA_WITH_RC4_128_SHA', 'TLS_RSA_WITH_AES_128_CBC_SHA'],
      },
    },
    warnings: [
      'leaderElection.resourceNamespace has no effect: the lease lives in the namespace of the manager',
      'tls.cipherSuites: TLS_RSA_WITH_RC4_128_SHA has no effect: it cannot be chosen or no longer exists',
    ],
  });
  t.end();
});

void t.test('defaults whatever is not said', (t) => {
  const texts: readonly { readonly name: string; readonly text: string }[] = [
    { name: 'in an empty file', text: '' },
    { name: 'in a file with comments only', text: '# nothing\n' },
    { name: 'in an empty map', text: '{}' },
    { name: 'in sections without content', text: 'webhook:\ntls:\ngangSchedulingManagement: null\n' },
    { name: 'in fields without a value', text: 'webhook: {port: null}\nleaderElection: {leaderElect: ~}' },
    { name: 'in fields that are zero', text: 'webhook: {port: 0}\nclientConnection: {qps: 0, burst: 0}' },
    {
      name: 'in durations that are zero',
      text: 'leaderElection: {leaseDuration: 0s, renewDeadline: "0", retryPeriod: 0h}',
    },
    {
      name: 'in texts that are empty',
      text: 'webhook: {host: "", certDir: ""}\nmetrics: {bindAddress: ""}\nhealth: {healthProbeBindAddress: "", readinessEndpointName: "", livenessEndpointName: ""}\nleaderElection: {resourceLock: "", resourceName: "", resourceNamespace: ""}\ntls: {minVersion: "", cipherSuites: []}\napiVersion: ""\nkind: ""',
    },
    { name: 'in a file between document marks', text: '---\nkind: Configuration\n---\n' },
    { name: 'in JSON with tabs', text: '{\n\t"webhook": {\n\t\t"port": 9443.0\n\t}\n}' },
    { name: 'where an alias repeats a value', text: 'webhook: &empty {}\nhealth: *empty' },
  ];
  for (const { name, text } of texts) {
    t.strictSame(loadConfiguration({ text }), { configuration: defaults, warnings: [] }, name);
  }
  t.strictSame(loadConfiguration({}), { configuration: defaults, warnings: [] }, 'without a file');
  t.end();
});

void t.test('accepts the file that the manifests ship, which says what the defaults say', (t) => {
  const configMap = new URL('../../deploy/kustomize/base/config-map.yaml', import.meta.url);
  const { data } = parse(readFileSync(configMap, 'utf8')) as { data: { 'controller_manager_config.yaml': string } };
  const text = data['controller_manager_config.yaml'];
  t.strictSame(loadConfiguration({ text }), { configuration: defaults, warnings: [] });
  t.end();
});

const DNS_1035 =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const DNS_1123 =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const DURATION = 'must be a duration such as "15s", "1m30s" or "500ms"';
const KIND = 'must be kind Configuration of version config.lws.x-k8s.io/v1alpha1';
const TLS = 'unable to parse TLS options from configuration: ';
const TLS_ADVICE = 'Please use VersionTLS12 or VersionTLS13';
const TLS_NAMES =
  'Please use the secure cipher names: [TLS_AES_128_GCM_SHA256 TLS_AES_256_GCM_SHA384 TLS_CHACHA20_POLY1305_SHA256 TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305 TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256 TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305 TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256]';
const BIND = 'must be <host>:<port>, or :<port> for all interfaces, or "0" to switch the server off';

type Refusal = { readonly name: string; readonly text: string; readonly expected: string };

const refusals: readonly Refusal[] = [
  {
    name: 'an unknown field, with its path',
    text: 'webhook: {prt: 1}',
    expected: 'strict decoding error: unknown field "webhook.prt"',
  },
  {
    name: 'fields named like members of every object',
    text: '__proto__: {}\nconstructor: 1\ntoString: 1',
    expected:
      '[strict decoding error: unknown field "__proto__", strict decoding error: unknown field "constructor", strict decoding error: unknown field "toString"]',
  },
  {
    name: 'a section beside the ones of this version',
    text: 'spec: {webhook: {port: 1}}',
    expected: 'strict decoding error: unknown field "spec"',
  },
  {
    name: 'duplicate fields of YAML, at any depth, each once',
    text: 'webhook: {port: 1, port: 2, port: 3}\nmetrics: {}\nmetrics: {}',
    expected:
      '[strict decoding error: duplicate field "metrics", strict decoding error: duplicate field "webhook.port"]',
  },
  {
    name: 'duplicate fields of JSON',
    text: '{"webhook": {"port": 1, "port": 1}}',
    expected: 'strict decoding error: duplicate field "webhook.port"',
  },
  {
    name: 'another version',
    text: 'apiVersion: lws.x-k8s.io/v1alpha1\nspec: {}',
    expected: `no kind "Configuration" is registered for version "lws.x-k8s.io/v1alpha1": ${KIND}`,
  },
  {
    name: 'another kind',
    text: 'kind: ConfigMap\napiVersion: v1',
    expected: `no kind "ConfigMap" is registered for version "v1": ${KIND}`,
  },
  {
    name: 'a list in place of the document',
    text: '[]',
    expected: 'configuration: Invalid value: list: must be a map, not a list',
  },
  {
    name: 'a text in place of the document',
    text: 'hello',
    expected: 'configuration: Invalid value: "hello": must be a map, not a string',
  },
  {
    name: 'a number in quotes',
    text: 'webhook: {port: "9443"}',
    expected: 'webhook.port: Invalid value: "9443": must be an integer, not a string',
  },
  {
    name: 'an address that is a number',
    text: 'metrics: {bindAddress: 0}',
    expected: 'metrics.bindAddress: Invalid value: 0: must be a string, not an integer',
  },
  {
    name: 'a boolean in quotes',
    text: 'leaderElection: {leaderElect: "true"}',
    expected: 'leaderElection.leaderElect: Invalid value: "true": must be true or false, not a string',
  },
  {
    name: 'a boolean that YAML makes of a word',
    text: 'webhook: {host: no}',
    expected: 'webhook.host: Invalid value: false: must be a string, not a boolean',
  },
  {
    name: 'a section that is no map',
    text: 'webhook: 9443',
    expected: 'webhook: Invalid value: 9443: must be a map, not an integer',
  },
  {
    name: 'numbers that are not integers, or not finite',
    text: 'webhook: {port: 1.5}\nclientConnection: {qps: .inf, burst: .nan}',
    expected:
      '[webhook.port: Invalid value: 1.5: must be an integer, not a fraction, clientConnection.qps: Invalid value: Infinity: must be a finite number, not Infinity, clientConnection.burst: Invalid value: NaN: must be an integer, not NaN]',
  },
  {
    name: 'numbers out of range',
    text: 'webhook: {port: 65536}\nclientConnection: {burst: -1}',
    expected:
      '[webhook.port: Invalid value: 65536: must be at most 65535, clientConnection.burst: Invalid value: -1: must be at least 0]',
  },
  {
    name: 'items of a list that are no texts',
    text: 'tls: {cipherSuites: [1, ~]}',
    expected:
      '[tls.cipherSuites[0]: Invalid value: 1: must be a string, not an integer, tls.cipherSuites[1]: Invalid value: null: must be a string, not null]',
  },
  {
    name: 'a value that contains itself',
    text: 'webhook: &webhook {port: *webhook}',
    expected: 'webhook.port: Invalid value: map: must be an integer, not a map',
  },
  {
    name: 'a long value, which is cut short',
    text: `webhook: {port: ${'x'.repeat(100)}}`,
    expected: `webhook.port: Invalid value: "${'x'.repeat(79)}…: must be an integer, not a string`,
  },
  {
    name: 'addresses that are none',
    text: 'metrics: {bindAddress: "8443"}\nhealth: {healthProbeBindAddress: ":65536"}',
    expected: `[metrics.bindAddress: Invalid value: "8443": ${BIND}, health.healthProbeBindAddress: Invalid value: ":65536": must end in a port between 0 and 65535]`,
  },
  {
    name: 'a probe path that is a pattern',
    text: 'health: {readinessEndpointName: "ready:z"}',
    expected:
      'health.readinessEndpointName: Invalid value: "/ready:z": must be a URL path of letters, digits and the characters - _ . ~ /',
  },
  {
    name: 'one path for both probes',
    text: 'health: {readinessEndpointName: /healthz}',
    expected: 'health.livenessEndpointName: Invalid value: "/healthz": must differ from readinessEndpointName',
  },
  {
    name: 'durations that are none',
    text: 'leaderElection: {leaseDuration: 15, renewDeadline: "10", retryPeriod: 1 s}',
    expected: `[leaderElection.leaseDuration: Invalid value: 15: must be a string, not an integer, leaderElection.renewDeadline: Invalid value: "10": ${DURATION}, leaderElection.retryPeriod: Invalid value: "1 s": ${DURATION}]`,
  },
  {
    name: 'a lease that ends before its renewal does',
    text: 'leaderElection: {leaseDuration: 10s}',
    expected: 'leaderElection.renewDeadline: Invalid value: 10s: must be less than leaseDuration (10s)',
  },
  {
    name: 'a retry that may come too late',
    text: 'leaderElection: {renewDeadline: 2400ms}',
    expected:
      'leaderElection.retryPeriod: Invalid value: 2s: 1.2 times retryPeriod must be less than renewDeadline (2.4s)',
  },
  {
    name: 'a lease shorter than a second, and a negative retry period',
    text: 'leaderElection: {leaseDuration: 999ms, renewDeadline: 500ms, retryPeriod: -1s}',
    expected:
      '[leaderElection.leaseDuration: Invalid value: 0.999s: must be between 1s and 596h, leaderElection.retryPeriod: Invalid value: -1s: must be greater than zero]',
  },
  {
    name: 'a lease longer than any timer',
    text: 'leaderElection: {leaseDuration: 600h}',
    expected: 'leaderElection.leaseDuration: Invalid value: 2160000s: must be between 1s and 596h',
  },
  {
    name: 'another lock, and a name that no Lease can have',
    text: 'leaderElection: {resourceLock: configmaps, resourceName: A}',
    expected: `[leaderElection.resourceLock: Unsupported value: "configmaps": supported values: "leases", leaderElection.resourceName: Invalid value: "A": ${DNS_1123}]`,
  },
  {
    name: 'names that no Service and no Secret can have',
    text: 'internalCertManagement: {webhookServiceName: 0-invalid, webhookSecretName: A_b}',
    expected: `[internalCertManagement.webhookServiceName: Invalid value: "0-invalid": ${DNS_1035}, internalCertManagement.webhookSecretName: Invalid value: "A_b": ${DNS_1123}]`,
  },
  {
    name: 'names that are too long or empty',
    text: `internalCertManagement: {webhookServiceName: ${'a'.repeat(64)}, webhookSecretName: ""}`,
    expected: `[internalCertManagement.webhookServiceName: Invalid value: "${'a'.repeat(64)}": must be no more than 63 characters, internalCertManagement.webhookSecretName: Invalid value: "": ${DNS_1123}]`,
  },
  {
    name: 'gang scheduling without a scheduler',
    text: 'gangSchedulingManagement: {}',
    expected: 'schedulerProvider: Required value: must be set when gang scheduling is enabled',
  },
  {
    name: 'gang scheduling by an unknown scheduler',
    text: 'gangSchedulingManagement: {schedulerProvider: x}',
    expected: 'schedulerProvider: Unsupported value: "x": supported values: "volcano"',
  },
  {
    name: 'a scheduler of the wrong type, without calling it missing',
    text: 'gangSchedulingManagement: {schedulerProvider: 5}',
    expected: 'gangSchedulingManagement.schedulerProvider: Invalid value: 5: must be a string, not an integer',
  },
  {
    name: 'cipher suites with TLS 1.3',
    text: 'tls: {minVersion: VersionTLS13, cipherSuites: [TLS_AES_128_GCM_SHA256]}',
    expected: `${TLS}cipher suites may not be specified when minVersion is 'VersionTLS13'`,
  },
  {
    name: 'old versions of TLS, and unknown suites',
    text: 'tls: {minVersion: VersionTLS11, cipherSuites: [X, Z]}',
    expected: `${TLS}invalid minVersion. ${TLS_ADVICE}\ninvalid cipher suites: Cipher suite X not supported or doesn't exist. ${TLS_NAMES}`,
  },
  {
    name: 'unknown versions of TLS',
    text: 'tls: {minVersion: "1.2"}',
    expected: `${TLS}invalid minVersion: unknown tls version "1.2". ${TLS_ADVICE}`,
  },
  {
    name: 'suites named like members of every object',
    text: 'tls: {cipherSuites: [constructor]}',
    expected: `${TLS}invalid cipher suites: Cipher suite constructor not supported or doesn't exist. ${TLS_NAMES}`,
  },
  {
    name: 'mistakes of all kinds, at once',
    text: 'webhook: {prt: 1, port: x}\nleaderElection: {leaseDuration: 5s, resourceLock: x}\nmetrics: {}\nmetrics: {bindAddress: "::1:8"}',
    expected:
      '[strict decoding error: duplicate field "metrics", strict decoding error: unknown field "webhook.prt", webhook.port: Invalid value: "x": must be an integer, not a string, metrics.bindAddress: Invalid value: "::1:8": must have its IPv6 address in brackets, as in [::1]:8081, leaderElection.resourceLock: Unsupported value: "x": supported values: "leases", leaderElection.renewDeadline: Invalid value: 10s: must be less than leaseDuration (5s)]',
  },
  {
    name: 'broken YAML, with the place',
    text: 'webhook:\n\tport: 1',
    expected: 'lws.yaml: line 2, column 1: Tabs are not allowed as indentation',
  },
  {
    name: 'several documents',
    text: 'kind: Configuration\n---\nkind: X',
    expected: 'lws.yaml: must be one document, not several',
  },
  {
    name: 'an alias of nothing',
    text: 'webhook: *x',
    expected: 'lws.yaml: Unresolved alias (the anchor must be set before the alias): x',
  },
  {
    name: 'aliases that would fill the memory',
    text: `a: &a [${'x,'.repeat(20)}]\nb: &b [${'*a,'.repeat(20)}]\nc: &c [${'*b,'.repeat(20)}]\nd: [${'*c,'.repeat(20)}]`,
    expected: 'lws.yaml: Excessive alias count indicates a resource exhaustion attack',
  },
];

void t.test('refuses', (t) => {
  for (const { name, text, expected } of refusals) {
    t.equal(refusalOf(loadConfiguration({ text, file: 'lws.yaml' })), expected, name);
  }
  t.end();
});

void t.test('says of each mistake which field it is in', (t) => {
  const text = 'gangSchedulingManagement: {}\nmetrics: {bindAddress: x}\ntls: {minVersion: x, cipherSuits: []}';
  const loaded = loadConfiguration({ text });
  t.strictSame('errors' in loaded ? loaded.errors.map(({ path }) => path) : loaded, [
    'tls.cipherSuits',
    'metrics.bindAddress',
    'gangSchedulingManagement.schedulerProvider',
    'tls',
  ]);
  t.end();
});

void t.test('lets be what is switched off', (t) => {
  const internalCertManagement = { enable: false, webhookServiceName: '0-invalid', webhookSecretName: '' };
  t.strictSame(
    loadConfiguration({ text: JSON.stringify({ internalCertManagement }) }),
    { configuration: { ...defaults, internalCertManagement }, warnings: [] },
    'names for certificates that others make',
  );
  t.strictSame(
    loadConfiguration({ text: 'leaderElection: {leaderElect: false, leaseDuration: 1s}' }),
    {
      configuration: {
        ...defaults,
        leaderElection: { ...defaults.leaderElection, leaderElect: false, leaseDurationMs: 1_000 },
      },
      warnings: [],
    },
    'durations of an election that is not held',
  );
  t.end();
});

type FlagCase = { readonly name: string; readonly argv: readonly string[]; readonly expected: GivenFlags | string[] };

const flagCases: readonly FlagCase[] = [
  { name: 'reads no flags', argv: [], expected: {} },
  {
    name: 'reads one dash or two, and a value after = or in the next argument',
    argv: ['-config', 'a', '--kubeconfig=b=c', '--leader-elect-resource-name', 'x'],
    expected: { config: 'a', kubeconfig: 'b=c', resourceName: 'x' },
  },
  {
    name: 'reads every flag',
    argv: [
      '--config=/lws.yaml',
      '--kubeconfig=',
      '--version',
      '--metrics-bind-address=0',
      '--health-probe-bind-address=:1',
      '--kube-api-qps=-1',
      '--kube-api-burst=7',
      '--leader-elect=f',
      '--leader-elect-lease-duration=20s',
      '--leader-elect-renew-deadline=15s',
      '--leader-elect-retry-period=1.5s',
      '--leader-elect-resource-lock=leases',
      '--leader-elect-resource-name=my-lease',
      '--zap-devel=FALSE',
      '--zap-log-level=ERROR',
      '--zap-encoder=console',
      '--zap-time-encoding=RFC3339',
      '--zap-stacktrace-level=panic',
      '-h',
    ],
    expected: {
      config: '/lws.yaml',
      kubeconfig: '',
      version: true,
      metricsBindAddress: '0',
      healthProbeBindAddress: ':1',
      kubeAPIQPS: -1,
      kubeAPIBurst: 7,
      leaderElect: false,
      leaseDurationMs: 20_000,
      renewDeadlineMs: 15_000,
      retryPeriodMs: 1_500,
      resourceLock: 'leases',
      resourceName: 'my-lease',
      zapDevel: false,
      zapLogLevel: 'error',
      zapEncoder: 'console',
      zapTimeEncoding: 'rfc3339',
      zapStacktraceLevel: 'panic',
      help: true,
    },
  },
  {
    name: 'reads a zero as the default',
    argv: [
      '--kube-api-qps=0',
      '--kube-api-burst=0',
      '--leader-elect-lease-duration=0',
      '--leader-elect-renew-deadline=0s',
      '--leader-elect-retry-period=0s',
    ],
    expected: {
      kubeAPIQPS: 500,
      kubeAPIBurst: 500,
      leaseDurationMs: 15_000,
      renewDeadlineMs: 10_000,
      retryPeriodMs: 2_000,
    },
  },
  { name: 'takes the last of equal flags', argv: ['--config=a', '--config=b'], expected: { config: 'b' } },
  {
    name: 'takes what looks like a flag as a value',
    argv: ['--config', '--version'],
    expected: { config: '--version' },
  },
  { name: 'stops at two dashes', argv: ['--version=true', '--', '--nonsense'], expected: { version: true } },
  { name: 'reads a verbosity as debug', argv: ['--zap-log-level=2'], expected: { zapLogLevel: 'debug' } },
  { name: 'reads panic as error', argv: ['--zap-log-level', 'panic'], expected: { zapLogLevel: 'error' } },
  {
    name: 'refuses unknown flags, without stumbling over their values',
    argv: ['-x', 'y', '--z=1', '--constructor'],
    expected: [
      'flag provided but not defined: -x',
      'flag provided but not defined: -z',
      'flag provided but not defined: -constructor',
    ],
  },
  { name: 'refuses a flag without its value', argv: ['--config'], expected: ['flag needs an argument: -config'] },
  {
    name: 'refuses what is no flag',
    argv: ['--=x', '---config', '-', 'run', '--leader-elect', 'false'],
    expected: [
      'bad flag syntax: --=x',
      'bad flag syntax: ---config',
      'unexpected argument "-"',
      'unexpected argument "run"',
      'unexpected argument "false": a boolean is written as --flag=false',
    ],
  },
  {
    name: 'refuses values, each in its own words',
    argv: [
      '--leader-elect=yes',
      '--metrics-bind-address=8080',
      '--kube-api-qps=many',
      '--kube-api-qps=1e999',
      '--kube-api-burst=1.5',
      '--kube-api-burst=-1',
      '--kube-api-burst=2147483648',
      '--leader-elect-retry-period=5',
      '--leader-elect-resource-lock=endpoints',
      '--leader-elect-resource-name=A',
      '--zap-log-level=0',
      '--zap-encoder=xml',
      '--zap-time-encoding=x',
      '--zap-stacktrace-level=debug',
    ],
    expected: [
      'invalid boolean value "yes" for -leader-elect: parse error',
      `invalid value "8080" for flag -metrics-bind-address: ${BIND}`,
      'invalid value "many" for flag -kube-api-qps: parse error',
      'invalid value "1e999" for flag -kube-api-qps: value out of range',
      'invalid value "1.5" for flag -kube-api-burst: parse error',
      'invalid value "-1" for flag -kube-api-burst: must not be negative',
      'invalid value "2147483648" for flag -kube-api-burst: value out of range',
      'invalid value "5" for flag -leader-elect-retry-period: parse error',
      'invalid value "endpoints" for flag -leader-elect-resource-lock: must be "leases"',
      'invalid value "A" for flag -leader-elect-resource-name: must be a lowercase RFC 1123 subdomain',
      'invalid value "0" for flag -zap-log-level: invalid log level "0"',
      'invalid value "xml" for flag -zap-encoder: invalid encoder value "xml"',
      'invalid value "x" for flag -zap-time-encoding: invalid time encoding "x"',
      'invalid value "debug" for flag -zap-stacktrace-level: invalid stacktrace level "debug"',
    ],
  },
];

void t.test('flags', (t) => {
  for (const { name, argv, expected } of flagCases) {
    t.strictSame(readFlags(argv), Array.isArray(expected) ? { errors: expected } : { flags: expected }, name);
  }
  t.end();
});

void t.test('lets flags that were given, and only those, win over the file', (t) => {
  const loaded = loadConfiguration({ text: COMPLETE });
  if ('errors' in loaded) throw new Error(formatConfigurationErrors(loaded.errors));
  const { configuration } = loaded;
  t.strictSame(applyFlags(configuration, { config: 'x' }), configuration, 'none of them given');
  t.strictSame(
    applyFlags(configuration, {
      metricsBindAddress: ':2',
      healthProbeBindAddress: '0',
      leaderElect: true,
      leaseDurationMs: 4,
      renewDeadlineMs: 3,
      retryPeriodMs: 2,
      resourceLock: 'leases',
      resourceName: 'other',
      kubeAPIQPS: 1,
      kubeAPIBurst: 2,
    }),
    {
      ...configuration,
      metrics: { bindAddress: ':2' },
      health: { ...configuration.health, healthProbeBindAddress: '0' },
      leaderElection: {
        leaderElect: true,
        leaseDurationMs: 4,
        renewDeadlineMs: 3,
        retryPeriodMs: 2,
        resourceLock: 'leases',
        resourceName: 'other',
      },
      clientConnection: { qps: 1, burst: 2 },
    },
    'all of them given',
  );
  t.equal(
    refusalOf(loadConfiguration({ text: 'leaderElection: {leaseDuration: 30s}', flags: { renewDeadlineMs: 30_000 } })),
    'leaderElection.renewDeadline: Invalid value: 30s: must be less than leaseDuration (30s)',
    'durations are judged with the flags in place',
  );
  t.end();
});

void t.test('the usage names every flag once', (t) => {
  const named = usage()
    .split('\n')
    .filter((line) => line.startsWith('  --'))
    .map((line) => line.trim().split(' ')[0]);
  t.strictSame(
    named,
    FLAG_DEFINITIONS.map(({ name }) => `--${name}`),
  );
  t.end();
});

void t.test('log level', (t) => {
  const cases: readonly { name: string; flags: GivenFlags; expected: string }[] = [
    { name: 'is debug without flags', flags: {}, expected: 'debug' },
    { name: 'is info outside development', flags: { zapDevel: false }, expected: 'info' },
    { name: 'is what was asked for', flags: { zapDevel: true, zapLogLevel: 'error' }, expected: 'error' },
  ];
  for (const { name, flags, expected } of cases) t.equal(logLevel(flags), expected, name);
  t.end();
});

void t.test('warns of flags without effect, when they ask for something else than what happens', (t) => {
  t.strictSame(warnOfIgnoredFlags({ zapEncoder: 'console', zapTimeEncoding: 'iso8601', zapStacktraceLevel: 'panic' }), [
    '--zap-encoder=console has no effect: log lines are JSON',
    '--zap-time-encoding=iso8601 has no effect: times are seconds since the epoch',
    '--zap-stacktrace-level=panic has no effect: errors are logged with their stack',
  ]);
  t.strictSame(warnOfIgnoredFlags({ zapEncoder: 'json', zapTimeEncoding: 'epoch', zapStacktraceLevel: 'error' }), []);
  t.end();
});

void t.test('bind addresses', (t) => {
  const inBrackets = 'must have its IPv6 address in brackets, as in [::1]:8081';
  const noPort = 'must end in a port between 0 and 65535';
  const noHost = 'must start with a host name or an IP address';
  const cases: readonly { readonly text: string; readonly expected: ReturnType<typeof readBindAddress> }[] = [
    { text: '0', expected: { kind: 'off' } },
    { text: ':8443', expected: { kind: 'listen', host: '', port: 8443 } },
    { text: ':0', expected: { kind: 'listen', host: '', port: 0 } },
    { text: '127.0.0.1:8081', expected: { kind: 'listen', host: '127.0.0.1', port: 8081 } },
    { text: 'localhost:65535', expected: { kind: 'listen', host: 'localhost', port: 65_535 } },
    { text: '[::1]:9', expected: { kind: 'listen', host: '::1', port: 9 } },
    { text: '[fe80::1%eth0]:9', expected: { kind: 'listen', host: 'fe80::1%eth0', port: 9 } },
    { text: '', expected: { kind: 'invalid', problem: BIND } },
    { text: '8443', expected: { kind: 'invalid', problem: BIND } },
    { text: 'localhost:', expected: { kind: 'invalid', problem: noPort } },
    { text: ':-1', expected: { kind: 'invalid', problem: noPort } },
    { text: ':65536', expected: { kind: 'invalid', problem: noPort } },
    { text: ':http', expected: { kind: 'invalid', problem: noPort } },
    { text: '[::1]', expected: { kind: 'invalid', problem: noPort } },
    { text: '::1:9', expected: { kind: 'invalid', problem: inBrackets } },
    { text: 'http://x:9', expected: { kind: 'invalid', problem: inBrackets } },
    { text: '*:9', expected: { kind: 'invalid', problem: noHost } },
    { text: '[x]:9', expected: { kind: 'invalid', problem: noHost } },
  ];
  for (const { text, expected } of cases) t.strictSame(readBindAddress(text), expected, JSON.stringify(text));
  t.strictSame(parseBindAddress('[::1]:9'), { host: '::1', port: 9 });
  t.equal(parseBindAddress('0'), undefined);
  t.throws(() => parseBindAddress('x'), { message: `bind address "x" ${BIND}` });
  t.end();
});

void t.test('durations', (t) => {
  const cases: readonly { readonly text: string; readonly expected: number | undefined }[] = [
    { text: '15s', expected: 15_000 },
    { text: '1m30s', expected: 90_000 },
    { text: '1h', expected: 3_600_000 },
    { text: '500ms', expected: 500 },
    { text: '1h1m1s1ms1us1µs1μs1ns', expected: 3_661_001.003001 },
    { text: '1.005s', expected: 1_005 },
    { text: '.5s', expected: 500 },
    { text: '5.s', expected: 5_000 },
    { text: '+1s', expected: 1_000 },
    { text: '-5s', expected: -5_000 },
    { text: '0', expected: 0 },
    { text: '-0', expected: 0 },
    { text: '', expected: undefined },
    { text: '5', expected: undefined },
    { text: '.s', expected: undefined },
    { text: '1d', expected: undefined },
    { text: '1m 30s', expected: undefined },
    { text: '3000000h', expected: undefined },
  ];
  for (const { text, expected } of cases) t.equal(parseDuration(text), expected, JSON.stringify(text));
  t.end();
});

void t.test('the environment', (t) => {
  t.strictSame(
    [{}, { ENABLE_WEBHOOKS: 'true' }, { ENABLE_WEBHOOKS: '' }, { ENABLE_WEBHOOKS: 'false' }].map(areWebhooksEnabled),
    [true, true, true, false],
    'switches webhooks off by the word false alone',
  );
  t.strictSame(
    [undefined, '', ' \n', 'my-system\n'].map(operatorNamespace),
    ['lws-system', 'lws-system', 'lws-system', 'my-system'],
    'names the namespace of the service account, or the usual one',
  );
  t.end();
});

const POLICIES = `
policies:
- name: small
  match: { namespaces: [prod-*], excludeNamespaces: [prod-x], labels: { team: a }, operations: [CREATE] }
  enforcement: deny
  message: small ones only
  schema: { properties: { derived: { properties: { pods: { maximum: 64 } } } } }
- { name: all, enforcement: audit, schema: {} }
policyFiles: [policies.yaml]
`;

void t.test('policies', (t) => {
  const small = {
    name: 'small',
    match: { namespaces: ['prod-*'], excludeNamespaces: ['prod-x'], labels: { team: 'a' }, operations: ['CREATE'] },
    enforcement: 'deny',
    message: 'small ones only',
    schema: { properties: { derived: { properties: { pods: { maximum: 64 } } } } },
  };
  const policies = [small, { name: 'all', match: {}, enforcement: 'audit', schema: {} }];
  const expected = { configuration: { ...defaults, policies, policyFiles: ['policies.yaml'] }, warnings: [] };
  t.strictSame(loadConfiguration({ text: POLICIES }), expected, 'are read as declared');

  const mistakes: readonly (readonly [replaced: string, by: string, expected: string])[] = [
    [
      'operations: [CREATE]',
      'operations: [DELETE]',
      'policy small: policies[0].match.operations[0]: Unsupported value: "DELETE": supported values: "CREATE", "UPDATE"',
    ],
    [
      'enforcement: audit',
      'enforcement: refuse',
      'policy all: policies[1].enforcement: Unsupported value: "refuse": supported values: "deny", "warn", "audit"',
    ],
    ['enforcement: audit, ', '', 'policy all: policies[1].enforcement: Required value'],
    ['name: all, ', '', 'policies[1].name: Required value'],
    ['schema: {} ', '', 'policy all: policies[1].schema: Required value'],
    ['excludeNamespaces', 'exclude', 'policy small: strict decoding error: unknown field "policies[0].match.exclude"'],
    [
      '{ team: a }',
      '{ a/b: 1 }',
      'policy small: policies[0].match.labels.a/b: Invalid value: 1: must be a string, not an integer',
    ],
    [
      'schema: {} }',
      'schema: { a: 1, a: 2 } }',
      'policy all: strict decoding error: duplicate field "policies[1].schema.a"',
    ],
    ['schema: {}', 'schema: []', 'policy all: policies[1].schema: Invalid value: list: must be a map, not a list'],
  ];
  for (const [replaced, by, refusal] of mistakes)
    t.equal(refusalOf(loadConfiguration({ text: POLICIES.replace(replaced, by) })), refusal);
  t.end();
});
