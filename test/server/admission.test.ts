import Fastify from 'fastify';
import type { InjectOptions } from 'fastify';
import t from 'tap';
import type { Admit } from '../../src/server/admission-routes.ts';
import { ANNOTATION, LABEL } from '../../src/api/labels.ts';
import { WEBHOOK_PATH } from '../../src/api/webhook-paths.ts';
import { addAdmissionRoutes } from '../../src/server/admission-plugin.ts';
import { heavyBodies } from '../fuzz/heavy-bodies.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';

const MIB = 1024 * 1024;
const json = { 'content-type': 'application/json' };

const createApp = (isDraining = false) => {
  const lines: string[] = [];
  const logger = createLogger({ level: 'debug', destination: { write: (line) => lines.push(line) } });
  const metrics = createMetrics();
  const app = Fastify();
  addAdmissionRoutes(app, { gangScheduling: false, logger, metrics: metrics.webhook, isDraining: () => isDraining });
  return { app, metrics, lines };
};

type Request = { uid?: unknown; operation?: unknown; object?: unknown; oldObject?: unknown; dryRun?: boolean };

const review = (request: Request, apiVersion = 'admission.k8s.io/v1'): string =>
  JSON.stringify({ kind: 'AdmissionReview', apiVersion, request: { uid: 'u-1', operation: 'CREATE', ...request } });

const answer = (response: object, apiVersion = 'admission.k8s.io/v1') => ({
  kind: 'AdmissionReview',
  apiVersion,
  response: { uid: 'u-1', ...response },
});

const allowed = { allowed: true, status: { metadata: {}, code: 200 } };
const failed = (code: number, message: string) => ({ allowed: false, status: { metadata: {}, message, code } });
const forbidden = (message: string) => ({
  allowed: false,
  status: { metadata: {}, message, reason: 'Forbidden', code: 403 },
});
const early = (code: number, message: string) => ({ response: { uid: '', ...failed(code, message) } });

const set = {
  metadata: { name: 'sample', namespace: 'default' },
  spec: {
    leaderWorkerTemplate: {
      size: 2,
      restartPolicy: 'None',
      workerTemplate: { spec: { containers: [{ name: 'main' }] } },
    },
    rolloutStrategy: { type: 'RollingUpdate', rollingUpdateConfiguration: { maxUnavailable: 1 } },
  },
};
const badSet = { ...set, spec: { ...set.spec, replicas: -1 } };

const DEFAULT = WEBHOOK_PATH.defaultLeaderWorkerSet;
const VALIDATE = WEBHOOK_PATH.validateLeaderWorkerSet;
const MUTATE = WEBHOOK_PATH.mutatePod;

const patch = (operations: object[]) => ({
  ...allowed,
  patch: Buffer.from(JSON.stringify(operations)).toString('base64'),
  patchType: 'JSONPatch',
});

const cases: { title: string; url: string; payload: string; expected: object }[] = [
  {
    title: 'answers with a patch',
    url: DEFAULT,
    payload: review({ object: set }),
    expected: answer(patch([{ op: 'add', path: '/spec/networkConfig', value: { subdomainPolicy: 'Shared' } }])),
  },
  {
    title: 'answers without a patch when nothing changes',
    url: DEFAULT,
    payload: review({ object: { ...set, spec: { ...set.spec, networkConfig: { subdomainPolicy: 'Shared' } } } }),
    expected: answer(allowed),
  },
  {
    title: 'echoes the version of the review',
    url: VALIDATE,
    payload: review({ object: set, dryRun: true }, 'admission.k8s.io/v1beta1'),
    expected: answer(allowed, 'admission.k8s.io/v1beta1'),
  },
  {
    title: 'refuses what breaks a rule',
    url: VALIDATE,
    payload: review({ object: badSet }),
    expected: answer(forbidden('spec.replicas: Invalid value: -1: replicas must be equal or greater than 0')),
  },
  {
    title: 'admits with a warning',
    url: VALIDATE,
    payload: review({
      object: {
        ...set,
        spec: {
          ...set.spec,
          leaderWorkerTemplate: {
            ...set.spec.leaderWorkerTemplate,
            workerTemplate: { metadata: { labels: { 'leaderworkerset.sigs.k8s.io/name': 'x' } } },
          },
        },
      },
    }),
    expected: answer({
      ...allowed,
      warnings: [
        'spec.leaderWorkerTemplate.workerTemplate.metadata.labels[leaderworkerset.sigs.k8s.io/name]: LeaderWorkerSet sets this key itself; a value in the template is overwritten or breaks the grouping of pods. Remove it',
      ],
    }),
  },
  {
    title: 'admits an update of a bad set that leaves its spec alone',
    url: VALIDATE,
    payload: review({
      operation: 'UPDATE',
      object: { ...badSet, metadata: { ...badSet.metadata, labels: {} } },
      oldObject: badSet,
    }),
    expected: answer(allowed),
  },
  {
    title: 'refuses an update without the old set',
    url: VALIDATE,
    payload: review({ operation: 'UPDATE', object: set, oldObject: null }),
    expected: answer(failed(400, 'there is no content to decode')),
  },
  {
    title: 'allows deletion',
    url: VALIDATE,
    payload: review({ operation: 'DELETE', oldObject: badSet }),
    expected: answer(allowed),
  },
  {
    title: 'wants to know what is deleted',
    url: VALIDATE,
    payload: review({ operation: 'DELETE', object: null }),
    expected: answer(failed(400, 'there is no content to decode')),
  },
  {
    title: 'mutates nothing on deletion',
    url: MUTATE,
    payload: review({ operation: 'DELETE' }),
    expected: answer(allowed),
  },
  { title: 'allows to connect', url: VALIDATE, payload: review({ operation: 'CONNECT' }), expected: answer(allowed) },
  {
    title: 'refuses an unknown operation',
    url: VALIDATE,
    payload: review({ operation: 'MOVE', object: set }),
    expected: answer(failed(400, 'unknown operation "MOVE"')),
  },
  {
    title: 'refuses a review of nothing',
    url: MUTATE,
    payload: review({ object: null }),
    expected: answer(failed(400, 'there is no content to decode')),
  },
  {
    title: 'names a value of a wrong type',
    url: DEFAULT,
    payload: review({ object: { spec: { replicas: '3' } } }),
    expected: answer(failed(400, 'spec.replicas: found a string, must be a whole number of at most 32 bits')),
  },
  {
    title: 'names a value of a wrong type in the old set',
    url: VALIDATE,
    payload: review({ operation: 'UPDATE', object: set, oldObject: [] }),
    expected: answer(failed(400, 'the object: found a list, must be an object')),
  },
  {
    title: 'mutates a pod of a group',
    url: MUTATE,
    payload: review({
      object: {
        metadata: {
          name: 'lws-0-1',
          namespace: 'default',
          labels: { 'leaderworkerset.sigs.k8s.io/name': 'lws', 'leaderworkerset.sigs.k8s.io/group-index': '0' },
          annotations: { 'leaderworkerset.sigs.k8s.io/size': '2' },
        },
        spec: { subdomain: 'lws', containers: [] },
      },
    }),
    expected: answer(
      patch([{ op: 'add', path: '/metadata/labels/leaderworkerset.sigs.k8s.io~1worker-index', value: '1' }]),
    ),
  },
  {
    title: 'refuses a pod of a group without a size',
    url: MUTATE,
    payload: review({ object: { metadata: { name: 'lws-0', labels: { 'leaderworkerset.sigs.k8s.io/name': 'lws' } } } }),
    expected: answer(forbidden('size annotation is unexpectedly missing for pod lws-0')),
  },
  {
    title: 'serves the validation of pods',
    url: WEBHOOK_PATH.validatePod,
    payload: review({ object: {} }),
    expected: answer(allowed),
  },
  {
    title: 'admits keys that look like those of prototypes',
    url: VALIDATE,
    payload: review({ object: set }).replace(
      '"spec":{',
      '"__proto__":{"a":1},"constructor":{"prototype":{"a":1}},"spec":{"__proto__":{"replicas":-1},',
    ),
    expected: answer(allowed),
  },
  {
    title: 'reads what is nested deeply',
    url: VALIDATE,
    payload: review({ object: 0 }).replace('"object":0', `"object":${'['.repeat(1e5)}${']'.repeat(1e5)}`),
    expected: answer(failed(400, 'the object: found a list, must be an object')),
  },
  {
    title: 'refuses what is nested too deeply to be read in time',
    url: VALIDATE,
    payload: review({ object: 0 }).replace('"object":0', `"object":${'['.repeat(1e6)}${']'.repeat(1e6)}`),
    expected: early(413, 'the request body is too large: it is nested deeper than 10000 levels'),
  },
  {
    title: 'refuses what has too many objects to be read in time',
    url: VALIDATE,
    payload: review({ object: 0 }).replace('"object":0', `"object":[${'{},'.repeat(1e5)}{}]`),
    expected: early(413, 'the request body is too large: it has more than 60000 objects and lists'),
  },
  {
    title: 'refuses what has too many fields to be read in time',
    url: VALIDATE,
    payload: review({ object: 0 }).replace('"object":0', `"object":{${'"a":1,'.repeat(1e5)}"a":1}`),
    expected: early(413, 'the request body is too large: it has more than 60000 fields'),
  },
  {
    title: 'refuses what has too many different names of fields to be read in time',
    url: VALIDATE,
    payload: review({ object: Object.fromEntries(Array.from({ length: 4e4 }, (_, i) => [`k${i}`, i])) }),
    expected: early(413, 'the request body is too large: it has more than 15000 different names of fields'),
  },
  {
    title: 'reads many fields of few names',
    url: VALIDATE,
    payload: review({ operation: 'CONNECT', object: Array.from({ length: 29e3 }, () => ({ a: 1, b: 2 })) }),
    expected: answer(allowed),
  },
  {
    title: 'refuses what has too many values to be read in time',
    url: VALIDATE,
    payload: review({ object: 0 }).replace('"object":0', `"object":[${'1,'.repeat(5e5 + 20)}1]`),
    expected: early(413, 'the request body is too large: it has more than 500000 values'),
  },
  {
    title: 'reads a long text, whatever is in it',
    url: VALIDATE,
    payload: review({ operation: 'CONNECT', object: '\\"[{,:'.repeat(2e5) }),
    expected: answer(allowed),
  },
  {
    title: 'shows the beginning of a value that is much too long',
    url: VALIDATE,
    payload: review({ operation: '<'.repeat(1e6) }),
    expected: answer(failed(400, `unknown operation "${'<'.repeat(1024)}..."`)),
  },
  {
    title: 'refuses a review of another version',
    url: VALIDATE,
    payload: review({}, 'admission.k8s.io/v2'),
    expected: early(
      400,
      'the request body must be AdmissionReview of admission.k8s.io/v1 or admission.k8s.io/v1beta1, but is AdmissionReview of admission.k8s.io/v2',
    ),
  },
  {
    title: 'refuses a review whose uid is no text',
    url: VALIDATE,
    payload: review({ uid: 1 }),
    expected: early(
      400,
      'the request body is not an AdmissionReview: request.uid: found the number 1, must be a string',
    ),
  },
  {
    title: 'refuses null',
    url: VALIDATE,
    payload: 'null',
    expected: early(400, 'the request body is null: it must be an AdmissionReview'),
  },
  { title: 'refuses an empty body', url: VALIDATE, payload: '', expected: early(400, 'request body is empty') },
  {
    title: 'refuses a body above the limit',
    url: VALIDATE,
    payload: ' '.repeat(7 * MIB + 1),
    expected: early(413, 'request entity is too large; limit is 7340032 bytes'),
  },
  {
    title: 'reads a body at the limit',
    url: VALIDATE,
    payload: review({ operation: 'CONNECT' }).padEnd(7 * MIB),
    expected: answer(allowed),
  },
];

void t.test('answers every request with an AdmissionReview', async (t) => {
  const { app } = createApp();
  for (const { title, url, payload, expected } of cases) {
    const { statusCode, headers, body } = await app.inject({ method: 'POST', url, headers: json, payload });
    t.strictSame(
      [statusCode, headers['content-type'], JSON.parse(body)],
      [200, 'application/json; charset=utf-8', expected],
      title,
    );
  }
  const notJSON = await app.inject({ method: 'POST', url: VALIDATE, headers: json, payload: '{' });
  t.match(notJSON.json(), {
    response: { uid: '', allowed: false, status: { code: 400, message: /^the request body is not valid JSON: / } },
  });
});

const wrongTypes: { title: string; request: InjectOptions; found: string }[] = [
  { title: 'none', request: { method: 'POST' }, found: '' },
  {
    title: 'with a charset',
    request: { headers: { 'content-type': 'application/json; charset=utf-8' } },
    found: 'application/json; charset=utf-8',
  },
  { title: 'that is malformed', request: { headers: { 'content-type': '///' } }, found: '///' },
];

void t.test('refuses any other content type', async (t) => {
  const { app } = createApp();
  for (const { title, request, found } of wrongTypes) {
    const payload = Buffer.from(review({ object: set }));
    const response = await app.inject({ method: 'POST', url: VALIDATE, payload, ...request });
    t.strictSame(
      response.json(),
      early(400, `contentType=${found}, expected application/json`),
      `a content type ${title}`,
    );
  }
  const read = await app.inject({ method: 'GET', url: VALIDATE });
  t.strictSame([read.statusCode, read.json()], [200, early(400, 'request body is empty')], 'a request without a body');
  const { statusCode, body } = await app.inject({ method: 'POST', url: '/convert', headers: json, payload: '{}' });
  t.strictSame([statusCode, body], [404, '404 page not found\n'], 'an unknown path');
});

void t.test('closes connections while it drains', async (t) => {
  const { app } = createApp(true);
  const { headers } = await app.inject({
    method: 'POST',
    url: VALIDATE,
    headers: json,
    payload: review({ operation: 'CONNECT' }),
  });
  t.equal(headers['connection'], 'close');
});

const SECRET = 'hunter2-s3cr3t';

/** A set that is refused for a value, which its containers hold as well. */
const secretiveSet = {
  metadata: { namespace: 'prod', name: 'llm' },
  spec: {
    replicas: -1,
    rolloutStrategy: { type: 'RollingUpdate', rollingUpdateConfiguration: { maxUnavailable: SECRET } },
    leaderWorkerTemplate: {
      size: 2,
      workerTemplate: {
        spec: { containers: [{ name: 'c', image: 'i', env: [{ name: 'TOKEN', value: SECRET }], args: [SECRET] }] },
      },
    },
  },
};

const groupPod = {
  metadata: {
    namespace: 'prod',
    name: 'llm-3-1',
    labels: { [LABEL.name]: 'llm', [LABEL.groupIndex]: '3' },
    annotations: { [ANNOTATION.size]: `"${SECRET}` },
  },
  spec: { containers: [{ name: 'c', image: 'i', env: [{ name: 'TOKEN', value: SECRET }] }] },
};

type Logged = Record<string, unknown>;

void t.test('logs one line per review, a refusal at info, with names and without values', async (t) => {
  const { app, lines } = createApp();
  const refuse = async (url: string, object: object): Promise<Logged> => {
    lines.length = 0;
    const response = await app.inject({ method: 'POST', url, headers: json, payload: review({ object }) });
    t.match(response.json(), { response: { allowed: false } });
    t.match(response.body, SECRET, 'the user is told which value is wrong');
    t.equal(lines.length, 1);
    t.notMatch(lines.join(''), /hunter2|s3cr3t/);
    const { ts, ...line } = JSON.parse(lines.join('')) as Logged;
    t.type(ts, 'number');
    return line;
  };
  const common = { level: 'info', operation: 'CREATE', uid: 'u-1', namespace: 'prod', allowed: false, msg: 'refused' };
  const { because, ...ofSet } = await refuse(VALIDATE, secretiveSet);
  t.strictSame(ofSet, { ...common, webhook: VALIDATE, name: 'llm', code: 403 });
  t.match(because, /spec\.replicas: Invalid value: -1: .*maxUnavailable: Invalid value: "…": /);
  const { because: ofSize, ...ofPod } = await refuse(WEBHOOK_PATH.mutatePod, groupPod);
  t.match(ofPod, { ...common, webhook: WEBHOOK_PATH.mutatePod, name: 'llm-3-1', set: 'llm', group: '3' });
  t.match(ofSize, /"…"/);

  lines.length = 0;
  await app.inject({ method: 'POST', url: VALIDATE, headers: json, payload: review({ operation: 'CONNECT' }) });
  t.match(JSON.parse(lines.join('')), { level: 'debug', msg: 'reviewed', webhook: VALIDATE, allowed: true, code: 200 });
  for (const object of [
    null,
    'x',
    { metadata: 5 },
    { metadata: { name: 7, labels: 'x' } },
    { metadata: { name: 'n'.repeat(5_000) } },
  ]) {
    lines.length = 0;
    await app.inject({ method: 'POST', url: VALIDATE, headers: json, payload: review({ object }) });
    t.ok(lines.length === 1 && lines.join('').length < 1_500, 'whatever is called an object');
  }
});

void t.test('answers what is as much work as a body can make', async (t) => {
  const { app } = createApp();
  for (const { title, path, body, code } of heavyBodies()) {
    const answered = await app.inject({ method: 'POST', url: path, headers: json, payload: body });
    const { response } = answered.json<{ response: { status: { code: number }; warnings?: readonly string[] } }>();
    t.equal(response.status.code, code, title);
    t.ok((response.warnings ?? []).length <= 10 && answered.body.length < 5_000, 'in few words');
  }
});

void t.test('counts reviews', async (t) => {
  const { app, metrics } = createApp();
  await app.inject({ method: 'POST', url: VALIDATE, headers: json, payload: review({ object: badSet }) });
  const text = await metrics.read();
  t.match(text, `controller_runtime_webhook_requests_total{webhook="${VALIDATE}",code="200"} 1\n`);
  t.match(text, `controller_runtime_webhook_requests_total{webhook="${VALIDATE}",code="500"} 0\n`);
  t.match(text, `controller_runtime_webhook_requests_in_flight{webhook="${VALIDATE}"} 0\n`);
  t.match(text, `controller_runtime_webhook_latency_seconds_count{webhook="${VALIDATE}"} 1\n`);
  t.match(text, 'controller_runtime_webhook_panics_total 0\n');
});

void t.test('answers a review that fails for an unforeseen reason', async (t) => {
  const failing: Admit = () => {
    throw new Error('a bug');
  };
  const { addAdmissionRoutes: addFailingRoutes } = await t.mockImport<
    typeof import('../../src/server/admission-plugin.ts')
  >('../../src/server/admission-plugin.ts', {
    '../../src/server/admission-routes.ts': { ADMISSION_ROUTES: [{ path: VALIDATE, admit: failing }] },
  });
  const lines: string[] = [];
  const logger = createLogger({ level: 'info', destination: { write: (line) => lines.push(line) } });
  const metrics = createMetrics();
  const app = Fastify();
  addFailingRoutes(app, { gangScheduling: false, logger, metrics: metrics.webhook, isDraining: () => false });
  const response = await app.inject({ method: 'POST', url: VALIDATE, headers: json, payload: review({}) });
  const expected = answer(failed(500, 'the review failed unexpectedly; the log of the manager says why'));
  t.strictSame([response.statusCode, response.json()], [200, expected]);
  t.match(JSON.parse(lines.join('')), {
    level: 'error',
    msg: 'a review failed',
    error: { message: 'a bug' },
    uid: 'u-1',
  });
  t.match(await metrics.read(), 'controller_runtime_webhook_panics_total 1\n');
});
