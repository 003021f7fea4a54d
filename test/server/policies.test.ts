import Fastify from 'fastify';
import t from 'tap';
import { WEBHOOK_PATH } from '../../src/api/webhook-paths.ts';
import { addAdmissionRoutes } from '../../src/server/admission-plugin.ts';
import { createPolicyReviewer } from '../../src/server/policy-reviewer.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import type { SetOptions } from '../core/fixtures/policies.ts';
import { atMost64Pods, compiled, policy, set } from '../core/fixtures/policies.ts';

const POLICIES = [
  policy(atMost64Pods, { name: 'small', match: { namespaces: ['prod-*'] } }),
  policy({ properties: { labels: { required: ['team'] } } }, { name: 'owned', enforcement: 'warn' }),
  policy({ properties: { labels: { required: ['cost'] } } }, { name: 'paid', enforcement: 'audit' }),
];

const createApp = () => {
  const lines: string[] = [];
  const logger = createLogger({ level: 'info', destination: { write: (line) => lines.push(line) } });
  const metrics = createMetrics();
  metrics.policy.loaded(POLICIES);
  const policies = compiled(...POLICIES);
  const reviewPolicies = createPolicyReviewer({ current: () => policies, logger, metrics: metrics.policy });
  const app = Fastify();
  const common = { gangScheduling: false, logger, metrics: metrics.webhook, isDraining: () => false };
  addAdmissionRoutes(app, { ...common, reviewPolicies });

  const validate = async (object: SetOptions, oldObject?: SetOptions): Promise<unknown> => {
    const operation =
      oldObject === undefined ? { operation: 'CREATE' } : { operation: 'UPDATE', oldObject: set(oldObject) };
    const answer = await app.inject({
      method: 'POST',
      url: WEBHOOK_PATH.validateLeaderWorkerSet,
      headers: { 'content-type': 'application/json' },
      payload: JSON.stringify({
        kind: 'AdmissionReview',
        apiVersion: 'admission.k8s.io/v1',
        request: { uid: 'u-1', object: set(object), ...operation },
      }),
    });
    return answer.json<{ response: unknown }>().response;
  };
  const series = async (): Promise<string[]> =>
    (await metrics.read()).split('\n').filter((line) => line.startsWith('lws_policy_'));
  return { validate, lines, metrics, series };
};

const OWNED = 'policy owned: metadata.labels.team: found nothing, must be set';
const SMALL = 'policy small: derived.pods: found 100, must be at most 64';
const NO_MOVE = { type: 'RollingUpdate', rollingUpdateConfiguration: { partition: 0, maxUnavailable: 0, maxSurge: 0 } };
const STUCK =
  'spec.rolloutStrategy.rollingUpdateConfiguration.maxUnavailable: Invalid value: 0: must not be 0 when `maxSurge` is 0';
const allowed = { uid: 'u-1', allowed: true, status: { metadata: {}, code: 200 } };
const denied = (message: string) => ({
  uid: 'u-1',
  allowed: false,
  status: { metadata: {}, message, reason: 'Forbidden', code: 403 },
});

const CASES: readonly {
  readonly title: string;
  readonly object: SetOptions;
  readonly oldObject?: SetOptions;
  readonly expected: object;
}[] = [
  {
    title: 'admits a set that is as all policies want it',
    object: { labels: { team: 'a', cost: 'b' } },
    expected: allowed,
  },
  {
    title: 'warns of what a policy only warns of',
    object: { labels: { cost: 'b' } },
    expected: { ...allowed, warnings: [OWNED] },
  },
  { title: 'says nothing of what is only audited', object: { labels: { team: 'a' } }, expected: allowed },
  { title: 'denies what a policy denies', object: { replicas: 25 }, expected: denied(SMALL) },
  {
    title: 'tells the rules and the policies that a set breaks at once',
    object: { replicas: 25, spec: { rolloutStrategy: NO_MOVE } },
    expected: denied(`[${STUCK}, ${SMALL}]`),
  },
  {
    title: 'lets an update through that is not to blame',
    object: { replicas: 25, labels: { a: 'b' } },
    oldObject: { replicas: 25 },
    expected: allowed,
  },
];

void t.test('the validating webhook', async (t) => {
  const { validate } = createApp();
  for (const { title, object, oldObject, expected } of CASES) {
    t.strictSame(await validate(object, oldObject), expected, title);
  }
});

void t.test('each violation is logged with its policy, and each decision is counted', async (t) => {
  const { validate, lines, metrics, series } = createApp();
  await validate({ replicas: 25 });
  await validate({ replicas: 25, labels: { a: 'b' } }, { replicas: 25 });
  await validate({ namespace: 'dev', labels: { team: 'a', cost: 'b' } });
  const all = lines.map((line) => ({ ...(JSON.parse(line) as { msg: string }), ts: 0 }));
  const logged = all.filter(({ msg }) => msg !== 'refused');
  const line = { level: 'info', ts: 0, namespace: 'prod-a', name: 'x', total: 1, msg: 'a policy is violated' };
  t.same(logged, [
    { ...line, policy: 'small', decision: 'denied', violations: [SMALL] },
    { ...line, policy: 'owned', decision: 'warned', violations: [OWNED] },
    {
      ...line,
      policy: 'paid',
      decision: 'audited',
      violations: ['policy paid: metadata.labels.cost: found nothing, must be set'],
    },
  ]);
  const count = (policy: string, enforcement: string, decision: string): string =>
    `lws_policy_decisions_total{policy="${policy}",enforcement="${enforcement}",decision="${decision}"} 1`;
  t.strictSame(await series(), [
    count('small', 'deny', 'denied'),
    count('owned', 'warn', 'warned'),
    count('paid', 'audit', 'audited'),
    count('small', 'deny', 'tolerated'),
    count('owned', 'warn', 'tolerated'),
    count('paid', 'audit', 'tolerated'),
    count('owned', 'warn', 'allowed'),
    count('paid', 'audit', 'allowed'),
    'lws_policy_reloads_total{result="success"} 1',
    'lws_policy_last_reload_successful 1',
  ]);
  metrics.policy.loaded(POLICIES.slice(0, 1));
  metrics.policy.reloadFailed();
  t.strictSame(
    await series(),
    [
      count('small', 'deny', 'denied'),
      count('small', 'deny', 'tolerated'),
      'lws_policy_reloads_total{result="success"} 2',
      'lws_policy_reloads_total{result="failure"} 1',
      'lws_policy_last_reload_successful 0',
    ],
    'what was counted of a policy goes with it',
  );
});
