import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../telemetry/logger.ts';
import type { WebhookMetrics, WebhookRecorder } from '../telemetry/webhook-metrics.ts';
import { failed, writeEarlyFailure, writeReview } from './admission-response.ts';
import type { AdmissionOptions, AdmissionRoute } from './admission-routes.ts';
import { ADMISSION_ROUTES } from './admission-routes.ts';
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
    if (options.logger.isDebugEnabled) {
      const { operation, uid } = request;
      options.logger.debug(
        { webhook: path, operation, uid, allowed: response.allowed, code: response.status.code },
        'reviewed',
      );
    }
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
  if (isDraining) void reply.header('connection', 'close');
  void reply.header('content-type', 'application/json').send(text);
};

const serve = (route: AdmissionRoute, options: AdmissionPluginOptions, recorder: WebhookRecorder) => {
  return (request: FastifyRequest<{ Body: Buffer | undefined }>, reply: FastifyReply): void => {
    const start = performance.now();
    recorder.started();
    const review = readReview(request.body ?? undefined, request.headers['content-type']);
    if (review.kind !== 'review') recorder.decided('failed');
    const text =
      review.kind === 'review' ? answerReview(review, route, options, recorder) : writeEarlyFailure(review.response);
    send(reply, text, options.isDraining());
    recorder.finished(200, (performance.now() - start) / 1000);
  };
};

/** What a request that never reached a route is told. */
const explain = (error: FastifyError | BodyTooLarge, request: FastifyRequest, logger: Logger) => {
  if (error instanceof BodyTooLarge) return failed(413, error.message);
  if ('code' in error && error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return failed(400, `contentType=${request.headers['content-type'] ?? ''}, expected application/json`);
  }
  // A client that goes away in the middle of its request is no news.
  if (request.raw.destroyed) return failed(400, 'the request was not sent to its end');
  logger.error({ error }, 'a request could not be served');
  return failed(500, 'the request could not be served; the log of the manager says why');
};

/** Serves every webhook of the table. The answer is an AdmissionReview with HTTP status 200, whatever was sent. */
export const addAdmissionRoutes = (app: FastifyInstance, options: AdmissionPluginOptions): void => {
  app.removeAllContentTypeParsers();
  // The first is the one that is found quickly; the others are answered with a refusal.
  app.addContentTypeParser('application/json', readBody);
  app.addContentTypeParser('*', readBody);
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    send(reply.code(200), writeEarlyFailure(explain(error, request, options.logger)), options.isDraining());
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
