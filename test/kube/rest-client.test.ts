import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { isConflict, isGone, isNamespaceTerminating, isNotFound, isTooManyRequests } from '../../src/kube/api-error.ts';
import { connect } from '../../src/kube/connection.ts';
import type { ConnectOptions } from '../../src/kube/connection.ts';
import { createLineSplitter } from '../../src/kube/line-splitter.ts';
import { resourcePath } from '../../src/kube/resource-path.ts';
import { isLaterVersion } from '../../src/kube/resource-version.ts';
import { createRestClient } from '../../src/kube/rest-client.ts';
import type { RestClient } from '../../src/kube/rest-client.ts';
import { createFakeClock, createHastyClock } from './fake-clock.ts';
import { breakConnection, json, refusal, startScriptedServer } from './scripted-server.ts';
import type { Reply } from './scripted-server.ts';

const REF = { apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'prod', name: 'vllm' };
const OBJECT = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { namespace: 'prod', name: 'vllm' } };
const PATH = '/apis/apps/v1/namespaces/prod/statefulsets';

/** Retry-After passes at once, the time-out of a request never comes. */
const setUp = async (test: { readonly teardown: (close: () => Promise<void>) => void }, replies: readonly Reply[]) => {
  const server = await startScriptedServer(replies);
  test.teardown(server.close);
  const { clock, waits } = createHastyClock((ms) => ms < 30_000);
  const codes: string[] = [];
  const client = createRestClient({
    connection: server.connection,
    userAgent: 'lws/test',
    qps: 0,
    burst: 0,
    clock,
    metrics: { requests: ({ method, code }) => codes.push(`${method} ${code}`) },
  });
  return { server, client, waits, codes };
};

const REQUESTS: readonly {
  readonly name: string;
  readonly send: (client: RestClient) => Promise<unknown>;
  readonly expected: {
    method: string;
    path: string;
    query?: Record<string, string>;
    contentType?: string;
    body?: string;
  };
}[] = [
  {
    name: 'a get asks for the object',
    send: (client) => client.get(REF),
    expected: { method: 'GET', path: `${PATH}/vllm` },
  },
  {
    name: 'a list asks for the collection with its selectors',
    send: (client) => client.list({ apiVersion: 'v1', kind: 'Pod' }, { labelSelector: 'a=b,c', limit: 5 }),
    expected: { method: 'GET', path: '/api/v1/pods', query: { labelSelector: 'a=b,c', limit: '5' } },
  },
  {
    name: 'a create posts to the collection',
    send: (client) => client.create(OBJECT),
    expected: { method: 'POST', path: PATH, contentType: 'application/json', body: JSON.stringify(OBJECT) },
  },
  {
    name: 'a create with text sends exactly this text',
    send: (client) => client.create(OBJECT, { bodyText: '{"data":{"b":1.50,"a":"\\u003c"}}' }),
    expected: {
      method: 'POST',
      path: PATH,
      contentType: 'application/json',
      body: '{"data":{"b":1.50,"a":"\\u003c"}}',
    },
  },
  {
    name: 'an apply is a server-side apply',
    send: (client) => client.apply(OBJECT, { fieldManager: 'lws', force: true }),
    expected: {
      method: 'PATCH',
      path: `${PATH}/vllm`,
      query: { fieldManager: 'lws', force: 'true' },
      contentType: 'application/apply-patch+yaml',
      body: JSON.stringify(OBJECT),
    },
  },
  {
    name: 'a merge patch may go to a subresource',
    send: (client) =>
      client.mergePatch(REF, { status: { replicas: null } }, { subresource: 'status', fieldManager: 'lws' }),
    expected: {
      method: 'PATCH',
      path: `${PATH}/vllm/status`,
      query: { fieldManager: 'lws' },
      contentType: 'application/merge-patch+json',
      body: '{"status":{"replicas":null}}',
    },
  },
  {
    name: 'a status is put to the subresource',
    send: (client) => client.updateStatus(OBJECT),
    expected: {
      method: 'PUT',
      path: `${PATH}/vllm/status`,
      contentType: 'application/json',
      body: JSON.stringify(OBJECT),
    },
  },
  {
    name: 'a delete carries its preconditions',
    send: (client) => client.delete(REF, { propagationPolicy: 'Foreground', uid: 'u1' }),
    expected: {
      method: 'DELETE',
      path: `${PATH}/vllm`,
      contentType: 'application/json',
      body: '{"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Foreground","preconditions":{"uid":"u1"}}',
    },
  },
];

void t.test('requests say what Kubernetes expects', async (t) => {
  const { server, client } = await setUp(t, [json(200, OBJECT)]);
  for (const { name, send, expected } of REQUESTS) {
    await send(client);
    const { authorization, ...request } = server.requests.at(-1) ?? { authorization: 'none' };
    t.strictSame(request, { query: {}, contentType: undefined, body: '', ...expected }, name);
    t.equal(authorization, 'Bearer first');
  }
  t.equal(server.connections(), 1, 'over one connection');
});

const RETRIES: readonly {
  readonly name: string;
  readonly replies: readonly Reply[];
  readonly send?: (client: RestClient) => Promise<unknown>;
  readonly expected: { outcome: string; waits?: readonly number[]; codes: readonly string[] };
}[] = [
  {
    name: 'waits as long as a busy server asks',
    replies: [refusal(429, 'TooManyRequests', { 'retry-after': '3' }), json(200, OBJECT)],
    expected: { outcome: 'ok', waits: [3000], codes: ['GET 429', 'GET 200'] },
  },
  {
    name: 'gives up on a server that stays busy',
    replies: [refusal(503, 'ServiceUnavailable', { 'retry-after': '1' })],
    expected: {
      outcome: 'refused: ServiceUnavailable',
      waits: [1000, 1000, 1000, 1000],
      codes: Array<string>(5).fill('GET 503'),
    },
  },
  {
    name: 'does not repeat what was refused without a time',
    replies: [refusal(429, 'TooManyRequests')],
    expected: { outcome: 'refused: TooManyRequests', codes: ['GET 429'] },
  },
  {
    name: 'reads the credentials again when they are refused',
    replies: [refusal(401, 'Unauthorized'), json(200, OBJECT)],
    expected: { outcome: 'ok', codes: ['GET 401', 'GET 200'] },
  },
  {
    name: 'asks only once more with fresh credentials',
    replies: [refusal(401, 'Unauthorized')],
    expected: { outcome: 'refused: Unauthorized', codes: ['GET 401', 'GET 401'] },
  },
  {
    name: 'repeats a request whose kept connection had been closed',
    replies: [json(200, OBJECT), breakConnection, json(200, OBJECT)],
    send: async (client) => {
      await client.get(REF);
      // The socket goes back to the agent in a later turn.
      await new Promise((resolve) => setImmediate(resolve));
      return client.apply(OBJECT, { fieldManager: 'lws', force: true });
    },
    expected: { outcome: 'ok', waits: [0], codes: ['GET 200', 'PATCH <error>', 'PATCH 200'] },
  },
  {
    name: 'does not repeat a request on a new connection that broke',
    replies: [breakConnection],
    expected: { outcome: `GET ${PATH}/vllm: socket hang up`, codes: ['GET <error>'] },
  },
  {
    name: 'names an answer that is no JSON',
    replies: [(response) => response.end('<html>')],
    expected: {
      outcome: `GET ${PATH}/vllm: the API server answered with something that is not JSON`,
      codes: ['GET 200'],
    },
  },
  {
    name: 'quotes a refusal that is no Status',
    replies: [(response) => response.writeHead(502).end('bad gateway\n')],
    expected: { outcome: 'bad gateway', codes: ['GET 502'] },
  },
];

void t.test('what is safe is repeated', async (t) => {
  for (const { name, replies, send = (client: RestClient) => client.get(REF), expected } of RETRIES) {
    const { client, waits, codes } = await setUp(t, replies);
    const outcome = await send(client).then(
      () => 'ok',
      (error: unknown) => (error instanceof Error ? error.message : error),
    );
    t.strictSame({ outcome, waits, codes }, { waits: [], ...expected }, name);
  }
});

void t.test('refusals keep what the API server says', async (t) => {
  const status = {
    kind: 'Status',
    code: 403,
    reason: 'Forbidden',
    message: 'namespace is going away',
    details: { causes: [{ reason: 'NamespaceTerminating', field: 'metadata.namespace' }] },
  };
  const { client } = await setUp(t, [
    json(403, status),
    refusal(404, 'NotFound'),
    refusal(409, 'Conflict'),
    refusal(409, 'AlreadyExists'),
    refusal(410, 'Expired'),
    refusal(429, 'TooManyRequests'),
  ]);
  const kinds = { isNamespaceTerminating, isNotFound, isConflict, isGone, isTooManyRequests };
  const seen: string[][] = [];
  for (let request = 0; request < 6; request++) {
    const error: unknown = await client.get(REF).catch((error: unknown) => error);
    seen.push(Object.entries(kinds).flatMap(([name, is]) => (is(error) ? [name] : [])));
  }
  t.strictSame(seen, [
    ['isNamespaceTerminating'],
    ['isNotFound'],
    ['isConflict'],
    [],
    ['isGone'],
    ['isTooManyRequests'],
  ]);
});

void t.test('a request that is not answered ends at its time-out', async (t) => {
  const server = await startScriptedServer([() => {}]);
  t.teardown(server.close);
  const { clock } = createHastyClock((ms) => ms === 700);
  const client = createRestClient({ connection: server.connection, userAgent: 'lws/test', qps: 0, burst: 0, clock });
  await t.rejects(client.request({ method: 'GET', path: '/x', timeoutMs: 700 }), {
    message: 'GET /x: no answer within 700 ms',
  });
});

void t.test('an aborted request ends with the reason', async (t) => {
  const { client } = await setUp(t, [() => {}]);
  const stop = new AbortController();
  const request = client.request({ method: 'GET', path: '/x', signal: stop.signal });
  stop.abort(new Error('stopping'));
  await t.rejects(request, { message: 'stopping' });
});

void t.test('a request that is aborted at the last moment is not sent', async (t) => {
  const server = await startScriptedServer([json(200, OBJECT)]);
  t.teardown(server.close);
  const stop = new AbortController();
  const { signal } = stop;
  const client = createRestClient({
    connection: server.connection,
    userAgent: 'lws/test',
    qps: 0,
    burst: 0,
    beforeSend: () => stop.abort(new Error('the lease was lost')),
  });
  await t.rejects(client.mergePatch(REF, {}, { signal }), { message: 'the lease was lost' });
  t.strictSame(server.requests, []);
});

void t.test('requests beyond the burst wait for their turn', async (t) => {
  const server = await startScriptedServer([json(200, OBJECT)]);
  t.teardown(server.close);
  const { clock, waits } = createHastyClock((ms) => ms < 30_000);
  const client = createRestClient({ connection: server.connection, userAgent: 'lws/test', qps: 10, burst: 2, clock });
  await Promise.all([1, 2, 3, 4].map(() => client.get(REF)));
  t.strictSame(waits, [100, 200]);
});

const PATHS: readonly (readonly [Parameters<typeof resourcePath>[0], string])[] = [
  [{ apiVersion: 'v1', kind: 'Pod' }, '/api/v1/pods'],
  [{ apiVersion: 'v1', kind: 'Node', name: 'n1', namespace: '' }, '/api/v1/nodes/n1'],
  [
    { apiVersion: 'scheduling.volcano.sh/v1beta1', kind: 'PodGroup', namespace: 'a', name: 'b' },
    '/apis/scheduling.volcano.sh/v1beta1/namespaces/a/podgroups/b',
  ],
  [
    {
      apiVersion: 'leaderworkerset.x-k8s.io/v1',
      kind: 'LeaderWorkerSet',
      namespace: 'a',
      name: 'b',
      subresource: 'status',
    },
    '/apis/leaderworkerset.x-k8s.io/v1/namespaces/a/leaderworkersets/b/status',
  ],
];

void t.test('paths follow the API conventions', async (t) => {
  for (const [options, expected] of PATHS) t.equal(resourcePath(options), expected);
  t.throws(() => resourcePath({ apiVersion: 'v1', kind: 'Cat' }), { message: 'no path is known for v1 Cat' });
});

void t.test('lines are cut at line feeds alone, wherever chunks end', async (t) => {
  const text = '{"a":"é😀\u2028\u2029"}\n\n{"b":1}\nrest';
  const bytes = Buffer.from(text);
  for (let size = 1; size <= bytes.length; size++) {
    const split = createLineSplitter();
    const lines: string[] = [];
    for (let at = 0; at < bytes.length; at += size) {
      for (const line of split(bytes.subarray(at, at + size))) lines.push(line.toString());
    }
    t.strictSame(lines, ['{"a":"é😀\u2028\u2029"}', '{"b":1}'], `chunks of ${size}`);
  }
  const split = createLineSplitter(10);
  t.throws(() => [...split(Buffer.alloc(11, 'x'))], { message: 'a line of the watch is longer than 10 bytes' });
});

void t.test('versions are compared as numbers of any size', async (t) => {
  t.equal(isLaterVersion('10', '9'), true);
  t.equal(isLaterVersion('9', '10'), false);
  t.equal(isLaterVersion('18446744073709551617', '18446744073709551616'), true);
  t.equal(isLaterVersion('7', '7'), false);
  t.equal(isLaterVersion('7', ''), true);
});

void t.test('the API server is found in the order of client-go', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'lws-connect-'));
  t.teardown(() => rmSync(home, { recursive: true }));
  const write = (name: string, text: string): string => {
    writeFileSync(join(home, name), text);
    return join(home, name);
  };
  const kubeconfig = (host: string): string =>
    `current-context: c\ncontexts: [{name: c, context: {cluster: k, user: u, namespace: prod}}]\n` +
    `clusters: [{name: k, cluster: {server: "https://${host}:6443"}}]\nusers: [{name: u, user: {token: "t-${host}"}}]\n`;
  const flag = write('flag', kubeconfig('flag'));
  const variable = write('variable', kubeconfig('variable'));
  write('token', ' secret\n');
  write('ca.crt', '');
  write('namespace', 'lws-system\n');
  const pod = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443', HOME: home };
  const cases: readonly (readonly [string, ConnectOptions, string, string])[] = [
    ['the flag', { kubeconfig: flag, env: { ...pod, KUBECONFIG: variable } }, 'https://flag:6443/', 'Bearer t-flag'],
    [
      'the variable',
      { env: { ...pod, KUBECONFIG: `${home}/none:${variable}` } },
      'https://variable:6443/',
      'Bearer t-variable',
    ],
    ['the pod', { env: pod }, 'https://[fd00::1]/', 'Bearer secret'],
  ];
  for (const [name, options, origin, authorization] of cases) {
    const connection = await connect({ ...options, serviceAccountDirectory: home });
    const { headers } = await connection.credentials();
    t.strictSame([connection.origin.href, headers], [origin, { authorization }], name);
    connection.close();
  }
  const refusals: readonly (readonly [ConnectOptions, string | RegExp])[] = [
    [{ env: { HOME: '/nowhere' } }, /^no API server is known: give --kubeconfig, set KUBECONFIG/],
    [{ kubeconfig: '/nowhere', env: {} }, 'cannot read the kubeconfig /nowhere: there is no such file'],
    [
      { kubeconfig: write('empty', 'clusters: []\nusers: []\ncontexts: []\n'), env: {} },
      `the kubeconfig ${home}/empty cannot be used: it has no current-context`,
    ],
  ];
  for (const [options, message] of refusals)
    await t.rejects(connect({ ...options, serviceAccountDirectory: '/none' }), { message });
});

void t.test('a service account token is read again after a minute', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'lws-token-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, 'ca.crt'), 'one');
  writeFileSync(join(directory, 'token'), 'old');
  const { clock, advance } = createFakeClock();
  const env = { KUBERNETES_SERVICE_HOST: 'host', KUBERNETES_SERVICE_PORT: '443' };
  const connection = await connect({ env, clock, serviceAccountDirectory: directory });
  const read = async () => (await connection.credentials()).headers['authorization'];
  const { agent } = await connection.credentials();

  writeFileSync(join(directory, 'token'), 'new');
  await advance(59_000);
  t.equal(await read(), 'Bearer old');
  await advance(2_000);
  t.equal(await read(), 'Bearer new');
  t.equal((await connection.credentials()).agent, agent, 'its connections are kept');

  writeFileSync(join(directory, 'ca.crt'), 'two');
  t.not((await connection.credentials({ fresh: true })).agent, agent, 'another CA needs other connections');
  rmSync(join(directory, 'token'));
  await connection.credentials({ fresh: true });
  t.equal(await read(), 'Bearer new', 'a missing file does no harm');
  connection.close();
});
