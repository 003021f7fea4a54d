import { createHash } from 'node:crypto';
import { type Clock, systemClock } from './clock.ts';
import { createExpiringCache } from './expiring-cache.ts';
import type { Log } from './log.ts';
import { resourcePath } from './resource-path.ts';
import type { RestClient } from './rest-client.ts';

export type Access = { readonly authorization: string | undefined; readonly verb: string; readonly path: string };

export type AccessVerdict = { readonly status: 200 } | { readonly status: 401 | 403 | 500; readonly body: string };

type User = {
  readonly username: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
};

type TokenReview = { readonly status?: { readonly authenticated?: boolean; readonly user?: User } };
type SubjectAccessReview = { readonly status?: { readonly allowed?: boolean } };

export type AccessReviewerOptions = {
  /** Asked for at the first review; what it throws refuses that review. */
  readonly client: () => Promise<Pick<RestClient, 'request'>>;
  readonly log: Log;
  readonly clock?: Clock;
};

/** Upstream: as long as its answers are remembered, and as long as it waits for one. */
const TOKEN_MS = 60_000;
const ALLOWED_MS = 300_000;
const DENIED_MS = 30_000;
const TIMEOUT_MS = 10_000;
/** Beyond the readers that any cluster has; whoever tries tokens at random fills no memory. */
const MOST_ANSWERS = 500;

const tokenOf = (authorization: string | undefined): string | undefined =>
  /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];

/** Asks the API server who sent a request and whether they may do this; both answers are remembered for a while. */
export const createAccessReviewer = ({ client, log, clock = systemClock }: AccessReviewerOptions) => {
  const users = createExpiringCache<User | undefined>({ most: MOST_ANSWERS, clock, lifeMs: () => TOKEN_MS });
  const permissions = createExpiringCache<boolean>({
    most: MOST_ANSWERS,
    clock,
    lifeMs: (isAllowed) => (isAllowed ? ALLOWED_MS : DENIED_MS),
  });

  const review = async <T>(group: string, kind: string, spec: object): Promise<T> => {
    const resource = { apiVersion: `${group}/v1`, kind };
    const path = resourcePath(resource);
    return (await client()).request<T>({ method: 'POST', path, body: { ...resource, spec }, timeoutMs: TIMEOUT_MS });
  };

  const identify = async (token: string): Promise<User | undefined> => {
    const { status } = await review<TokenReview>('authentication.k8s.io', 'TokenReview', { token });
    return status?.authenticated === true ? status.user : undefined;
  };

  const mayAccess = async ({ username, ...user }: User, verb: string, path: string): Promise<boolean> => {
    const spec = { user: username, ...user, nonResourceAttributes: { verb, path } };
    const { status } = await review<SubjectAccessReview>('authorization.k8s.io', 'SubjectAccessReview', spec);
    return status?.allowed === true;
  };

  const fail = (error: unknown, body: string): AccessVerdict => {
    log.error({ error }, body);
    return { status: 500, body };
  };

  const authorize = async (user: User, verb: string, path: string): Promise<AccessVerdict> => {
    try {
      const key = JSON.stringify([user, verb, path]);
      const isAllowed = await permissions.read(key, () => mayAccess(user, verb, path));
      return isAllowed ? { status: 200 } : { status: 403, body: `Authorization denied for user ${user.username}` };
    } catch (error) {
      return fail(error, `Authorization for user ${user.username} failed`);
    }
  };

  return async ({ authorization, verb, path }: Access): Promise<AccessVerdict> => {
    const token = tokenOf(authorization);
    if (token === undefined) return { status: 401, body: 'Unauthorized' };
    try {
      const key = createHash('sha256').update(token).digest('base64');
      const user = await users.read(key, () => identify(token));
      return user === undefined ? { status: 401, body: 'Unauthorized' } : await authorize(user, verb, path);
    } catch (error) {
      return fail(error, 'Authentication failed');
    }
  };
};
