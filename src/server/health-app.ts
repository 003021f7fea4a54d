import Fastify from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** A check says what is wrong; undefined when all is well. */
export type HealthCheck = { readonly name: string; readonly check: () => string | undefined };

export type HealthAppOptions = {
  readonly livenessPath: string;
  readonly livenessChecks: readonly HealthCheck[];
  readonly readinessPath: string;
  readonly readinessChecks: readonly HealthCheck[];
};

type Query = { readonly verbose?: string; readonly exclude?: string | string[] };

const describe = (
  { name, check }: HealthCheck,
  isExcluded: boolean,
): { readonly line: string; readonly isOK: boolean } => {
  if (isExcluded) return { line: `[+]${name} excluded: ok`, isOK: true };
  const isOK = check() === undefined;
  return { line: isOK ? `[+]${name} ok` : `[-]${name} failed: reason withheld`, isOK };
};

const warnOfUnknown = (excluded: readonly string[], checks: readonly HealthCheck[]): string[] => {
  const unknown = excluded.filter((name) => !checks.some((check) => check.name === name));
  const names = unknown.map((name) => JSON.stringify(name)).join(', ');
  return unknown.length === 0 ? [] : [`warn: some health checks cannot be excluded: no matches for ${names}`];
};

const answerAll = (checks: readonly HealthCheck[], { verbose, exclude }: Query, reply: FastifyReply): FastifyReply => {
  const excluded = [exclude ?? []].flat();
  const results = checks.map((check) => describe(check, excluded.includes(check.name)));
  const isOK = results.every((result) => result.isOK);
  if (isOK && verbose === undefined) return reply.send('ok');
  const summary = isOK ? 'healthz check passed' : 'healthz check failed';
  const lines = [...results.map(({ line }) => line), ...warnOfUnknown(excluded, checks), summary];
  return reply.code(isOK ? 200 : 500).send(`${lines.join('\n')}\n`);
};

const addChecks = (app: FastifyInstance, path: string, checks: readonly HealthCheck[]): void => {
  app.get(path, (request: FastifyRequest<{ Querystring: Query }>, reply) => answerAll(checks, request.query, reply));
  for (const { name, check } of checks) {
    app.get(`${path}/${name}`, (_request, reply) => {
      const problem = check();
      return problem === undefined ? reply.send('ok') : reply.code(500).send(`internal server error: ${problem}\n`);
    });
  }
};

const withSlash = (path: string): string => (path.startsWith('/') ? path : `/${path}`);

/** Serves liveness and readiness over plain HTTP: all checks at once (`?verbose`, `?exclude=`), or one by its name as a sub-path. */
export const createHealthApp = (options: HealthAppOptions): FastifyInstance => {
  const app = Fastify({ forceCloseConnections: true });
  app.addHook('onRequest', (_request, reply, done) => {
    void reply.header('content-type', 'text/plain; charset=utf-8').header('x-content-type-options', 'nosniff');
    done();
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send('404 page not found\n'));
  addChecks(app, withSlash(options.livenessPath), options.livenessChecks);
  addChecks(app, withSlash(options.readinessPath), options.readinessChecks);
  return app;
};
