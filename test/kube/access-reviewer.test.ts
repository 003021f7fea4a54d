import t from 'tap';
import { type AccessVerdict, createAccessReviewer } from '../../src/kube/access-reviewer.ts';
import type { RequestOptions } from '../../src/kube/rest-client.ts';
import { createFakeClock } from './fake-clock.ts';
import { createQuietLog } from './quiet-log.ts';

const USER = { username: 'reader', uid: 'u', groups: ['g'], extra: { scopes: ['a'] } };

type Answers = { readonly token?: object | Error; readonly access?: object | Error };

/** A reviewer, and what it asks an API server that answers always the same. */
const createReviewer = ({ token = { authenticated: true, user: USER }, access = { allowed: true } }: Answers = {}) => {
  const asked: { path: string; spec: unknown }[] = [];
  const request = async <T>({ path, body }: RequestOptions): Promise<T> => {
    asked.push({ path, spec: (body as { spec: unknown }).spec });
    const status = path.endsWith('tokenreviews') ? token : access;
    if (status instanceof Error) throw status;
    return { status } as T;
  };
  const { clock, advance } = createFakeClock();
  const { log, lines } = createQuietLog();
  const review = createAccessReviewer({ client: async () => ({ request }), log, clock });
  const ask = (authorization: string | undefined = 'Bearer t'): Promise<AccessVerdict> =>
    review({ authorization, verb: 'get', path: '/metrics' });
  return { ask, asked, advance, lines };
};

const verdicts: readonly {
  name: string;
  authorization?: string;
  answers?: Answers;
  expected: AccessVerdict;
  requests: number;
}[] = [
  { name: 'lets in whom the API server knows and allows', expected: { status: 200 }, requests: 2 },
  { name: 'reads the scheme in any case', authorization: 'bearer  t ', expected: { status: 200 }, requests: 2 },
  {
    name: 'asks nobody about another scheme',
    authorization: 'Basic t',
    expected: { status: 401, body: 'Unauthorized' },
    requests: 0,
  },
  {
    name: 'asks nobody about an empty header',
    authorization: '',
    expected: { status: 401, body: 'Unauthorized' },
    requests: 0,
  },
  {
    name: 'refuses a token that the API server does not know',
    answers: { token: { authenticated: false } },
    expected: { status: 401, body: 'Unauthorized' },
    requests: 1,
  },
  {
    name: 'refuses who may not',
    answers: { access: { allowed: false } },
    expected: { status: 403, body: 'Authorization denied for user reader' },
    requests: 2,
  },
  {
    name: 'lets nobody in while tokens cannot be reviewed',
    answers: { token: new Error('down') },
    expected: { status: 500, body: 'Authentication failed' },
    requests: 1,
  },
  {
    name: 'lets nobody in while access cannot be reviewed',
    answers: { access: new Error('down') },
    expected: { status: 500, body: 'Authorization for user reader failed' },
    requests: 2,
  },
];

for (const { name, authorization, answers, expected, requests } of verdicts)
  void t.test(name, async (t) => {
    const { ask, asked } = createReviewer(answers);
    t.strictSame([await ask(authorization), asked.length], [expected, requests]);
  });

void t.test('asks about the token, and about all that is known of its user', async (t) => {
  const { ask, asked } = createReviewer();
  await ask();
  const { username: user, ...more } = USER;
  t.strictSame(asked, [
    { path: '/apis/authentication.k8s.io/v1/tokenreviews', spec: { token: 't' } },
    {
      path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
      spec: { user, ...more, nonResourceAttributes: { verb: 'get', path: '/metrics' } },
    },
  ]);
});

const memories: readonly { name: string; answers?: Answers; afterMs: number; requests: number }[] = [
  { name: 'remembers a user and a permission for a minute', afterMs: 59_999, requests: 2 },
  { name: 'asks for the user again after a minute, and not for the permission', afterMs: 60_000, requests: 3 },
  { name: 'asks for everything again after five minutes', afterMs: 300_000, requests: 4 },
  { name: 'remembers a refusal for half a minute', answers: { access: {} }, afterMs: 29_999, requests: 2 },
  { name: 'asks again for who was refused after half a minute', answers: { access: {} }, afterMs: 30_000, requests: 3 },
  { name: 'remembers no failure', answers: { token: new Error('down') }, afterMs: 0, requests: 2 },
];

for (const { name, answers, afterMs, requests } of memories)
  void t.test(name, async (t) => {
    const { ask, asked, advance } = createReviewer(answers);
    await ask();
    await advance(afterMs);
    await ask();
    t.equal(asked.length, requests);
  });

void t.test('asks once for readers that come at once', async (t) => {
  const { ask, asked } = createReviewer();
  await Promise.all([ask(), ask(), ask()]);
  t.equal(asked.length, 2);
});

void t.test('forgets the oldest of very many tokens', async (t) => {
  const { ask, asked } = createReviewer({ token: { authenticated: false } });
  for (let index = 0; index <= 500; index++) await ask(`Bearer ${index}`);
  await ask('Bearer 1');
  t.equal(asked.length, 501, 'the second is still known');
  await ask('Bearer 0');
  t.equal(asked.length, 502, 'the first is not');
});
