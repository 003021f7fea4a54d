import type { Event } from '../../api/events.ts';
import type { KubeObject, ObjectRef } from '../../api/kubernetes.ts';

/** What to record once an action is done. The error's text is added to the note of `onFailure`. */
type Announced = {
  readonly onSuccess?: readonly Event[];
  readonly onFailure?: Event;
};

/** Everything that a reconciler may ask of the cluster, as plain data; `controller/act.ts` is its only interpreter. */
export type Action =
  /**
   * With `resourceVersion` it is refused, and decided anew, when the object has changed since that was seen.
   * `advice` is what to do should the API server find the object invalid; then it is not sent again until something changes, or for a good while.
   */
  | ({
      readonly kind: 'apply';
      readonly object: KubeObject;
      readonly resourceVersion?: string;
      readonly advice?: string;
    } & Announced)
  /**
   * `bodyText` is sent instead of the object where its bytes matter. When an object of that name is there already, `accept` goes on with it, whoever
   * made it, and `wait` comes back later: it belongs to something that is being deleted.
   */
  | ({
      readonly kind: 'create';
      readonly object: KubeObject;
      readonly bodyText?: string;
      readonly ifExists: 'accept' | 'wait';
    } & Announced)
  /** Only the very object with this uid is deleted; one that is gone is no failure. */
  | ({
      readonly kind: 'delete';
      readonly object: ObjectRef & { readonly uid: string };
      readonly propagation: 'Foreground' | 'Background';
    } & Announced)
  /** Merges into the status of the very object with this uid. */
  | ({
      readonly kind: 'patchStatus';
      readonly object: ObjectRef & { readonly uid: string };
      readonly status: object;
    } & Announced)
  /** Merges annotations into an object that another field manager's fields must stay apart from. */
  | ({
      readonly kind: 'annotate';
      readonly object: ObjectRef & { readonly uid: string };
      readonly annotations: Readonly<Record<string, string | null>>;
      readonly fieldManager: string;
    } & Announced)
  /** Merges labels into the very object with this uid. */
  | ({
      readonly kind: 'label';
      readonly object: ObjectRef & { readonly uid: string };
      readonly labels: Readonly<Record<string, string>>;
    } & Announced)
  | { readonly kind: 'announce'; readonly event: Event }
  | { readonly kind: 'requeue'; readonly afterSeconds: number; readonly because: string };
