import type { Event } from '../api/events.ts';
import type { KubeObject, ObjectRef } from '../api/kubernetes.ts';
import { FIELD_MANAGER } from '../core/observed/observed-stateful-set.ts';
import type { Action } from '../core/reconcile/actions.ts';
import { isAlreadyExists, isConflict, isInvalid, isNotFound } from '../kube/api-error.ts';
import type { Clock } from '../kube/clock.ts';
import type { EventRecorder } from '../kube/event-recorder.ts';
import type { Informer } from '../kube/informer-cache.ts';
import type { RestClient } from '../kube/rest-client.ts';

export type ActOptions = {
  readonly client: RestClient;
  readonly recorder: EventRecorder;
  /** The cache that holds objects of a kind, so that the next decision knows of this write. */
  readonly cacheOf: (object: { readonly kind: string }) => Informer<KubeObject> | undefined;
  readonly clock: Clock;
  /** Aborted when writing must stop at once: another process leads now. */
  readonly signal: AbortSignal;
};

/** Carries out actions in order and stops at the first that fails. Answers after how many seconds to look again, if at all. */
export type Act = (actions: readonly Action[]) => Promise<number | undefined>;

const IN_THE_WAY_SECONDS = 1;
/** How long an object that the API server found invalid is not sent again as it is. */
const REFUSED_SECONDS = 300;
/** How long an object that was there before us, and that no cache of ours shows, is left alone. */
const ACCEPTED_MS = 60_000;

/** The uid that a delete asks for is not that of the object: an earlier one is gone. */
const isOtherUid = (error: unknown): boolean =>
  isConflict(error) && error instanceof Error && /Precondition failed: UID/.test(error.message);

const nameOf = ({ kind, metadata }: KubeObject): string => `${kind}/${metadata.namespace ?? ''}/${metadata.name ?? ''}`;

/** Creates the one place that writes on behalf of the reconcilers. */
export const createAct = ({ client, recorder, cacheOf, clock, signal }: ActOptions): Act => {
  const accepted = new Map<string, number>();
  const refused = new Map<string, { readonly text: string; readonly untilMs: number }>();

  const observed = (object: KubeObject): void => cacheOf(object)?.observed(object);

  const create = async ({ object, bodyText, ifExists }: Extract<Action, { kind: 'create' }>): Promise<boolean> => {
    const until = accepted.get(nameOf(object));
    if (until !== undefined && clock.monotonicMs() < until) return false;
    accepted.delete(nameOf(object));
    try {
      observed(await client.create(object, { signal, ...(bodyText === undefined ? {} : { bodyText }) }));
      return true;
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      if (ifExists === 'wait') throw new InTheWay(nameOf(object));
      accepted.set(nameOf(object), clock.monotonicMs() + ACCEPTED_MS);
      return false;
    }
  };

  const apply = async (action: Extract<Action, { kind: 'apply' }>): Promise<boolean> => {
    const { object, resourceVersion, advice } = action;
    const text = JSON.stringify(object);
    const last = refused.get(nameOf(object));
    if (last?.text === text && clock.monotonicMs() < last.untilMs) return false;
    refused.delete(nameOf(object));
    try {
      const body =
        resourceVersion === undefined ? object : { ...object, metadata: { ...object.metadata, resourceVersion } };
      observed(await client.apply(body, { fieldManager: FIELD_MANAGER, force: true, signal }));
      return true;
    } catch (error) {
      if (!(error instanceof Error) || !isInvalid(error)) throw error;
      refused.set(nameOf(object), { text, untilMs: clock.monotonicMs() + REFUSED_SECONDS * 1000 });
      throw new Refused(advice === undefined ? error.message : `${error.message}. ${advice}`, { cause: error });
    }
  };

  const remove = async ({ object, propagation }: Extract<Action, { kind: 'delete' }>): Promise<boolean> => {
    try {
      const rest = await client.delete(object, { uid: object.uid, propagationPolicy: propagation, signal });
      if (rest !== undefined) observed(rest);
      return true;
    } catch (error) {
      // Gone, or replaced by a later object of its name: what was asked for is done.
      if (isNotFound(error) || isOtherUid(error)) return false;
      throw error;
    }
  };

  const patch = async (
    ref: ObjectRef & { readonly uid: string },
    change: object,
    options: object,
  ): Promise<boolean> => {
    try {
      observed(await client.mergePatch(ref, change, { signal, ...options }));
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  };

  /** True when something was done that is worth an event. */
  const carryOut = async (action: Action): Promise<boolean> => {
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
      case 'announce':
        recorder.record(action.event);
        return true;
      case 'requeue':
        return false;
    }
  };

  const announceFailure = (event: Event | undefined, error: unknown): void => {
    if (event === undefined || signal.aborted) return;
    recorder.record({ ...event, note: `${event.note}: ${error instanceof Error ? error.message : String(error)}` });
  };

  return async (actions) => {
    let again: number | undefined;
    for (const action of actions) {
      signal.throwIfAborted();
      if (action.kind === 'requeue') {
        again = Math.min(again ?? Infinity, action.afterSeconds);
        continue;
      }
      const announced: { readonly onSuccess?: readonly Event[]; readonly onFailure?: Event } =
        action.kind === 'announce' ? {} : action;
      try {
        const done = await carryOut(action);
        if (done) for (const event of announced.onSuccess ?? []) recorder.record(event);
      } catch (error) {
        if (error instanceof InTheWay) return IN_THE_WAY_SECONDS;
        announceFailure(announced.onFailure, error);
        // Trying again changes nothing; the rest, such as the status, must not wait for it.
        if (!(error instanceof Refused)) throw error;
        again = Math.min(again ?? Infinity, REFUSED_SECONDS);
      }
    }
    return again;
  };
};

/** The API server finds the object invalid: whoever wrote the set has to act. */
class Refused extends Error {}

/** An object of that name is still there, and on its way out. */
class InTheWay extends Error {}
