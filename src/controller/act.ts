import type { Event } from '../api/events.ts';
import type { KubeObject, ObjectRef } from '../api/kubernetes.ts';
import { controllerOf } from '../core/observed/controller-of.ts';
import { FIELD_MANAGER } from '../core/observed/observed-stateful-set.ts';
import type { Action } from '../core/reconcile/actions.ts';
import { isAlreadyExists, isConflict, isInvalid, isNotFound } from '../kube/api-error.ts';
import type { Clock } from '../kube/clock.ts';
import type { EventRecorder } from '../kube/event-recorder.ts';
import type { Informer } from '../kube/informer-cache.ts';
import type { RestClient } from '../kube/rest-client.ts';
import { createAcceptedObjects } from './accepted-objects.ts';
import { createExpiringMap } from './expiring-map.ts';
import { createObstacles } from './obstacles.ts';
import { readLive } from './read-live.ts';
import { InTheWay, Refused } from './write-failures.ts';

export type ActOptions = {
  readonly client: Pick<RestClient, 'list' | 'create' | 'apply' | 'mergePatch' | 'delete'>;
  readonly recorder: Pick<EventRecorder, 'record'>;
  /** The cache that holds objects of a kind, so that the next decision knows of this write. */
  readonly cacheOf: (object: { readonly kind: string }) => Pick<Informer<KubeObject>, 'observed'> | undefined;
  /** Told of each object that the API server has applied. */
  readonly onApplied: (object: KubeObject) => void;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** Aborted when writing must stop at once: another process leads now. */
  readonly signal: AbortSignal;
};

/**
 * Carries out actions in order. One that fails ends it, but for those that something in the way holds up, or that nothing else builds on. Answers after
 * how many seconds to look again, if at all.
 */
export type Act = (actions: readonly Action[]) => Promise<number | undefined>;

type ActionOf<Kind extends Action['kind']> = Extract<Action, { kind: Kind }>;

/** Whether something was done that is worth an event, and when to look again. */
type Outcome = { readonly done: boolean; readonly afterSeconds?: number };

const DONE: Outcome = { done: true };
const NOTHING: Outcome = { done: false };

/** How long an object that the API server found invalid is not sent again as it is. */
const REFUSED_SECONDS = 300;

/** The uid that a delete asks for is not that of the object: an earlier one is gone. */
const isOtherUid = (error: unknown): boolean =>
  isConflict(error) && error instanceof Error && /Precondition failed: UID/.test(error.message);

/** Pods start without it, as they do with one of somebody else's: no reason to keep the rest from being done. */
const isOptional = (action: Action): boolean => action.kind === 'create' && action.ifExists === 'accept';

const nameOf = ({ kind, metadata }: KubeObject): string => `${kind}/${metadata.namespace ?? ''}/${metadata.name ?? ''}`;

const isSameOwner = (a: KubeObject, b: KubeObject): boolean =>
  controllerOf(a.metadata)?.uid === controllerOf(b.metadata)?.uid;

/** Creates the one place that writes on behalf of the reconcilers. */
export const createAct = ({ client, recorder, cacheOf, onApplied, clock, signal }: ActOptions): Act => {
  const accepted = createAcceptedObjects(client, clock);
  /** What of an object was refused, as JSON. */
  const refused = createExpiringMap<string>(clock);
  const obstacles = createObstacles(clock);

  const observed = (object: KubeObject): void => cacheOf(object)?.observed(object);

  const create = async ({ object, bodyText, ifExists }: ActionOf<'create'>): Promise<Outcome> => {
    const afterSeconds = ifExists === 'accept' ? await accepted.look(nameOf(object), object) : undefined;
    if (afterSeconds !== undefined) return { done: false, afterSeconds };
    try {
      observed(await client.create(object, { signal, ...(bodyText === undefined ? {} : { bodyText }) }));
      obstacles.clear(nameOf(object));
      return DONE;
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      if (ifExists === 'accept') return { done: false, afterSeconds: accepted.accept(nameOf(object)) };
      throw new InTheWay(obstacles.meet(nameOf(object), object, await readLive(client, object)));
    }
  };

  /** Why the API server found an object invalid that was applied: for what it says, or because the name is that of another's object. */
  const explain = async ({ object, advice }: ActionOf<'apply'>, error: Error): Promise<Error> => {
    const live = await readLive(client, object);
    if (live !== undefined && !isSameOwner(object, live))
      return new InTheWay(obstacles.meet(nameOf(object), object, live));
    refused.set(nameOf(object), JSON.stringify(object), REFUSED_SECONDS * 1000);
    return new Refused(advice === undefined ? error.message : `${error.message}. ${advice}`, { cause: error });
  };

  const apply = async (action: ActionOf<'apply'>): Promise<Outcome> => {
    const { object, resourceVersion } = action;
    if (refused.get(nameOf(object)) === JSON.stringify(object)) return NOTHING;
    refused.delete(nameOf(object));
    try {
      const body =
        resourceVersion === undefined ? object : { ...object, metadata: { ...object.metadata, resourceVersion } };
      observed(await client.apply(body, { fieldManager: FIELD_MANAGER, force: true, signal }));
    } catch (error) {
      throw error instanceof Error && isInvalid(error) ? await explain(action, error) : error;
    }
    obstacles.clear(nameOf(object));
    onApplied(object);
    return DONE;
  };

  const remove = async ({ object, propagation }: ActionOf<'delete'>): Promise<Outcome> => {
    try {
      const rest = await client.delete(object, { uid: object.uid, propagationPolicy: propagation, signal });
      if (rest !== undefined) observed(rest);
      return DONE;
    } catch (error) {
      // Gone, or replaced by a later object of its name: what was asked for is done.
      if (isNotFound(error) || isOtherUid(error)) return NOTHING;
      throw error;
    }
  };

  const patch = async (
    ref: ObjectRef & { readonly uid: string },
    change: object,
    options: object,
  ): Promise<Outcome> => {
    try {
      observed(await client.mergePatch(ref, change, { signal, ...options }));
      return DONE;
    } catch (error) {
      if (isNotFound(error)) return NOTHING;
      throw error;
    }
  };

  const carryOut = async (action: Action): Promise<Outcome> => {
    switch (action.kind) {
      case 'apply':
        return apply(action);
      case 'create':
        return create(action);
      case 'delete':
        return remove(action);
      case 'patchStatus':
        return patch(
          action.object,
          { metadata: { uid: action.object.uid }, status: action.status },
          { subresource: 'status' },
        );
      case 'annotate':
        return patch(
          action.object,
          { metadata: { uid: action.object.uid, annotations: action.annotations } },
          { fieldManager: action.fieldManager },
        );
      case 'label':
        return patch(action.object, { metadata: { uid: action.object.uid, labels: action.labels } }, {});
      case 'announce':
        recorder.record(action.event);
        return DONE;
      case 'requeue':
        return { done: false, afterSeconds: action.afterSeconds };
    }
  };

  const announceFailure = (event: Event | undefined, why: string): void => {
    if (event !== undefined && !signal.aborted) recorder.record({ ...event, note: `${event.note}: ${why}` });
  };

  /** When to go on after a failure; undefined where there is nothing better than to try all again. */
  const recover = (event: Event | undefined, error: unknown): number | undefined => {
    if (error instanceof InTheWay) {
      if (error.wait.note !== undefined) announceFailure(event, error.wait.note);
      return error.wait.seconds;
    }
    announceFailure(event, error instanceof Error ? error.message : String(error));
    return error instanceof Refused ? REFUSED_SECONDS : undefined;
  };

  return async (actions) => {
    const waits: number[] = [];
    const failures: unknown[] = [];
    for (const action of actions) {
      signal.throwIfAborted();
      const announced: { readonly onSuccess?: readonly Event[]; readonly onFailure?: Event } =
        'onSuccess' in action || 'onFailure' in action ? action : {};
      try {
        const { done, afterSeconds } = await carryOut(action);
        if (done) for (const event of announced.onSuccess ?? []) recorder.record(event);
        if (afterSeconds !== undefined) waits.push(afterSeconds);
      } catch (error) {
        const wait = recover(announced.onFailure, error);
        if (wait !== undefined) waits.push(wait);
        else if (isOptional(action)) failures.push(error);
        else throw error;
        // What comes after a create may build on it; the rest, such as the status, must not wait for leaders that cannot be as the user wants them.
        if (action.kind === 'create' && !isOptional(action)) break;
      }
    }
    if (failures.length > 0) throw failures[0];
    return waits.length === 0 ? undefined : Math.min(...waits);
  };
};
