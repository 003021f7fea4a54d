import { UnreadableLineError } from './line-splitter.ts';
import type { KubeObject, Status } from '../api/kubernetes.ts';

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
