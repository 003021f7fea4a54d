import type { KubeObject, Status } from '../api/kubernetes.ts';
import { UnreadableLineError } from './line-splitter.ts';

/** One line of a watch. */
export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubeObject }
  | { readonly type: 'BOOKMARK'; readonly object: KubeObject }
  | { readonly type: 'ERROR'; readonly object: Status };

const parse = (line: Buffer): WatchEvent | undefined => {
  try {
    return JSON.parse(line.toString('utf8')) as WatchEvent;
  } catch {
    return undefined;
  }
};

/** The event on a line; throws UnreadableLineError on a line that holds none. */
export const readWatchEvent = (line: Buffer): WatchEvent => {
  const event = parse(line);
  const isWhole = event?.type === 'ERROR' || event?.object?.metadata !== undefined;
  if (event === undefined || !isWhole) throw new UnreadableLineError('a line of the watch holds no event');
  return event;
};

/** True for the bookmark that ends the events about what existed already. */
export const endsInitialEvents = (object: KubeObject): boolean =>
  object.metadata.annotations?.['k8s.io/initial-events-end'] === 'true';

/** Which object an event tells of, in which version. */
export type EventHead = { readonly namespace: string; readonly name: string; readonly resourceVersion: string };

/** Longer than any head: names have at most 253 characters. */
const HEAD_BYTES = 1024;
const HEAD =
  /^\{"type":"ADDED","object":\{"kind":"\w+","apiVersion":"[\w./]+","metadata":\{"name":"([^"\\]+)",(?:"generateName":"[^"\\]*",)?(?:"namespace":"([^"\\]+)",)?"uid":"[^"\\]+","resourceVersion":"(\d+)"/;

/**
 * The head of an event about an object that exists, for a small part of what reading all of it costs: the API server writes the fields of
 * its own kinds in the order in which Go declares them. Undefined when the line begins otherwise, as those of custom resources do.
 */
export const readEventHead = (line: Buffer): EventHead | undefined => {
  const [, name, namespace = '', resourceVersion] = HEAD.exec(line.toString('latin1', 0, HEAD_BYTES)) ?? [];
  return name === undefined || resourceVersion === undefined ? undefined : { namespace, name, resourceVersion };
};
