import { UnreadableLineError } from './line-splitter.ts';
import type { KubeObject, Status } from '../api/kubernetes.ts';

/** One line of a watch. */
export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubeObject }
  | { readonly type: 'BOOKMARK'; readonly object: KubeObject }
  | { readonly type: 'ERROR'; readonly object: Status };

/** The event on a line; throws UnreadableLineError on a line that is no JSON. */
export const readWatchEvent = (line: Buffer): WatchEvent => {
  try {
    return JSON.parse(line.toString('utf8')) as WatchEvent;
  } catch (error) {
    throw new UnreadableLineError('a line of the watch is no JSON', { cause: error });
  }
};

/** True for the bookmark that ends the events about what existed already. */
export const endsInitialEvents = (object: KubeObject): boolean =>
  object.metadata.annotations?.['k8s.io/initial-events-end'] === 'true';
