import type { KubeObject, ObjectRef } from '../api/kubernetes.ts';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import type { Connection } from './connection.ts';
import { createObjectRequests } from './object-requests.ts';
import type { Resource } from './resource-path.ts';
import { sendRequest } from './send-request.ts';
import { createTransport } from './transport.ts';
import { watchLines } from './watch-lines.ts';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export type RequestOptions = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Query;
  /** Text is sent byte for byte; anything else as its JSON. */
  readonly body?: string | object;
  /** Default application/json. */
  readonly contentType?: string;
  /** Of one try, from the connection to the last byte of the answer. Default 30 s. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
};

export type ListOptions = {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly limit?: number | undefined;
  readonly continue?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly signal?: AbortSignal | undefined;
};

export type ObjectList<T> = {
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items: readonly T[];
};

export type WriteOptions = { readonly fieldManager?: string; readonly signal?: AbortSignal | undefined };

export type DeleteOptions = {
  readonly propagationPolicy: 'Foreground' | 'Background' | 'Orphan';
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly gracePeriodSeconds?: number;
  readonly signal?: AbortSignal | undefined;
};

export type WatchOptions = {
  readonly path: string;
  readonly query: Query;
  /** Called with each line, without its line feed; what it throws ends the stream. */
  readonly onLine: (line: Buffer) => void;
  /** True while nobody waits for the lines: they are read slowly, for the sake of others. */
  readonly isUnhurried?: () => boolean;
  /** A stream that brings nothing for so long is given up. */
  readonly silenceMs: number;
  readonly signal: AbortSignal;
};

export type RestClient = {
  /** Sends one request and answers the parsed JSON; throws ApiError when refused. */
  readonly request: <T>(options: RequestOptions) => Promise<T>;
  readonly get: <T extends KubeObject>(ref: ObjectRef, options?: { readonly signal?: AbortSignal }) => Promise<T>;
  readonly list: <T extends KubeObject>(resource: Resource, options?: ListOptions) => Promise<ObjectList<T>>;
  /** `bodyText` replaces the object's JSON where bytes matter. */
  readonly create: <T extends KubeObject>(
    object: T,
    options?: WriteOptions & { readonly bodyText?: string },
  ) => Promise<T>;
  /** Server-side apply. */
  readonly apply: <T extends KubeObject>(
    object: T,
    options: {
      readonly fieldManager: string;
      readonly force: boolean;
      readonly subresource?: string;
      readonly signal?: AbortSignal;
    },
  ) => Promise<T>;
  /** JSON merge patch. */
  readonly mergePatch: <T extends KubeObject>(
    ref: ObjectRef,
    patch: object,
    options?: WriteOptions & { readonly subresource?: string },
  ) => Promise<T>;
  /** Replaces the object as a whole. */
  readonly update: <T extends KubeObject>(object: T, options?: WriteOptions) => Promise<T>;
  /** Replaces the status alone; conflicts when the object's resourceVersion is old. */
  readonly updateStatus: <T extends KubeObject>(object: T, options?: WriteOptions) => Promise<T>;
  /** Answers the object when it lives on for a while (finalizers, grace period), else undefined. */
  readonly delete: <T extends KubeObject>(ref: ObjectRef, options: DeleteOptions) => Promise<T | undefined>;
  /** Streams lines until the server closes (resolves) or the stream breaks (rejects). */
  readonly watch: (options: WatchOptions) => Promise<void>;
  /** Nobody waits for caches that are filled by this client. */
  readonly isUnhurried?: boolean;
};

export type RestClientMetrics = {
  readonly requests?: (labels: { readonly method: string; readonly host: string; readonly code: string }) => void;
  readonly requestSeconds?: (labels: { readonly verb: string; readonly host: string }, seconds: number) => void;
};

export type RestClientOptions = {
  readonly connection: Connection;
  readonly userAgent: string;
  /** Requests per second in the long run; 0 or less: no limit. */
  readonly qps: number;
  /** Requests at once after a quiet time. */
  readonly burst: number;
  /** Caches are filled slowly, for the sake of others; not unless given. */
  readonly isUnhurried?: boolean;
  readonly metrics?: RestClientMetrics;
  readonly clock?: Clock;
  /** Called right before each try is sent: the last moment to abort its signal. */
  readonly beforeSend?: () => void;
};

/** A client of the API server that paces itself, keeps connections, and repeats what is safe to repeat. */
export const createRestClient = (options: RestClientOptions): RestClient => {
  const { clock = systemClock } = options;
  const transport = createTransport(options);
  // What the API server answers is what the caller asked for: the one place where its JSON gets a type.
  const request = async <T>(wanted: RequestOptions): Promise<T> => (await sendRequest(transport, clock, wanted)) as T;
  return {
    request,
    watch: (wanted) => watchLines(transport, clock, wanted),
    isUnhurried: options.isUnhurried ?? false,
    ...createObjectRequests(request),
  };
};
