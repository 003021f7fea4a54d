import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../telemetry/logger.ts';
import type { WebhookMetrics, WebhookRecorder } from '../telemetry/webhook-metrics.ts';
import { failed, writeEarlyFailure, writeReview } from './admission-response.ts';
import type { AdmissionOptions, AdmissionRoute } from './admission-routes.ts';
import { ADMISSION_ROUTES } from './admission-routes.ts';
import { logReview } from './log-review.ts';
import { BodyTooLarge, readBody } from './read-body.ts';
import type { ReadReview } from './read-review.ts';
import { readReview } from './read-review.ts';

export type AdmissionPluginOptions = AdmissionOptions & {
  readonly logger: Logger;
  readonly metrics: WebhookMetrics;
  /** True once clients should look for another server: each answer then closes its connection. */
  readonly isDraining: () => boolean;
};

type Review = Extract<ReadReview, { kind: 'review' }>;

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

const answerReview = (
  { apiVersion, request }: Review,
  { path, admit }: AdmissionRoute,
  options: AdmissionPluginOptions,
  recorder: WebhookRecorder,
): string => {
  try {
    const response = admit(request, options);
    recorder.decided(response.allowed ? 'allowed' : 'denied');
    logReview(options.logger, path, request, response);
    return writeReview(apiVersion, request.uid, response);
  } catch (error) {
    options.metrics.panicked();
    recorder.decided('failed');
    options.logger.error({ error, webhook: path, uid: request.uid }, 'a review failed');
    return writeReview(
      apiVersion,
      request.uid,
      failed(500, 'the review failed unexpectedly; the log of the manager says why'),
    );
  }
};

const send = (reply: FastifyReply, text: string, isDraining: boolean): void => {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(text) };
  // The answer is complete: no hook and no serializer has anything to add to it, and asking for them costs as much as a rule of ours.
  reply
    .hijack()
    .raw.writeHead(200, isDraining ? { ...headers, connection: 'close' } : headers)
    .end(text);
};

const answer = (
  body: Buffer,
  contentType: string | undefined,
  route: AdmissionRoute,
  options: AdmissionPluginOptions,
  recorder: WebhookRecorder,
): string => {
  const start = performance.now();
  recorder.started();
  const review = readReview(body, contentType);
  if (review.kind !== 'review') recorder.decided('failed');
  const text =
    review.kind === 'review' ? answerReview(review, route, options, recorder) : writeEarlyFailure(review.response);
  recorder.finished(200, (performance.now() - start) / 1000);
  return text;
};

/** What a request whose body could not be read is told, if its client is still there. */
const explain = (error: Error) =>
  error instanceof BodyTooLarge ? failed(413, error.message) : failed(400, 'the request was not sent to its end');

const serve = (route: AdmissionRoute, options: AdmissionPluginOptions, recorder: WebhookRecorder) => {
  return (request: FastifyRequest, reply: FastifyReply): void =>
    readBody(request.raw, (body) => {
      try {
        const text =
          body instanceof Error
            ? writeEarlyFailure(explain(body))
            : answer(body, request.headers['content-type'], route, options, recorder);
        send(reply, text, options.isDraining());
      } catch (error) {
        void reply.send(error);
      }
    });
};

/** Serves every webhook of the table. The answer is an AdmissionReview with HTTP status 200, whatever was sent. */
export const addAdmissionRoutes = (app: FastifyInstance, options: AdmissionPluginOptions): void => {
  // Bodies are read by the routes, as what counts as a body and what is wrong with it is a matter of the protocol between us and the API server.
  for (const method of METHODS) app.addHttpMethod(method, { hasBody: false, overrideExisting: true });
  app.setErrorHandler<FastifyError>((error, _request, reply) => {
    options.logger.error({ error }, 'a request could not be served');
    const response = failed(500, 'the request could not be served; the log of the manager says why');
    send(reply.code(200), writeEarlyFailure(response), options.isDraining());
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).type('text/plain').send('404 page not found\n'));
  for (const route of ADMISSION_ROUTES) {
    app.route({
      method: METHODS,
      url: route.path,
      handler: serve(route, options, options.metrics.forPath(route.path)),
    });
  }
};
