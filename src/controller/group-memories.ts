import { ANNOTATION } from '../api/labels.ts';
import { MOST_ANNOTATIONS_BYTES, annotationsBytes } from '../core/desired/annotations-size.ts';
import type { ObservedLeaderStatefulSet } from '../core/observed/observed-stateful-set.ts';
import type { GroupMemory } from '../core/restart/group-memory.ts';
import {
  type Incarnation,
  type Incarnations,
  type KeptGroup,
  incarnationOf,
  readIncarnations,
  writeIncarnations,
} from '../core/restart/incarnations.ts';

/** A set at rest that was taken over without a record gets one when it has rested for so long: a take-over writes nothing. */
const ADOPTED_AFTER_MS = 600_000;
const SETTLED_AFTER_MS = 1_000;
const BUSY_MS_PER_GROUP = 20;
const NOTHING_RECORDED = '{}';
/** All annotations of an object may take 256 KiB together; so many groups take three quarters of that. */
const MOST_RECORDED = 7_000;

/** `"1000000":"<18>+<9>",` at most. */
const BYTES_PER_GROUP = 40;

/** How many groups fit beside the other annotations. */
const roomFor = (leaders: ObservedLeaderStatefulSet | undefined): number => {
  const others = { ...leaders?.metadata.annotations, [ANNOTATION.incarnations]: NOTHING_RECORDED };
  return Math.max(0, Math.floor((MOST_ANNOTATIONS_BYTES - annotationsBytes(others)) / BYTES_PER_GROUP));
};

type OfSet = {
  readonly groups: Map<number, KeptGroup & { readonly incarnation: Incarnation | undefined }>;
  record: { readonly text: string | undefined; readonly incarnations: Incarnations };
  /** When the record has to be written at the latest; absent while it holds. */
  dueAtMs: number | undefined;
  writtenAtMs: number;
};

export type GroupMemories = {
  /** What earlier looks, or an earlier process, knew of a group. */
  readonly recall: (
    setKey: string,
    index: number,
    leaders: ObservedLeaderStatefulSet | undefined,
  ) => { readonly memory: GroupMemory | undefined; readonly recorded: Incarnation | undefined };
  /** Keeps what is to be remembered of a group; true when the set's record has to be written again. */
  readonly keep: (setKey: string, index: number, group: KeptGroup) => boolean;
  readonly forgetGroup: (setKey: string, index: number) => void;
  readonly forgetSet: (setKey: string) => void;
  /** The record to write for a set of so many groups, and in how many milliseconds; undefined while the one in `leaders` holds. */
  readonly record: (
    setKey: string,
    leaders: ObservedLeaderStatefulSet | undefined,
    groups: number,
  ) => { readonly text: string; readonly dueInMs: number } | undefined;
};

const isSame = (a: Incarnation | undefined, b: Incarnation | undefined): boolean =>
  a?.leader === b?.leader &&
  a?.statefulSet === b?.statefulSet &&
  a?.workers === b?.workers &&
  a?.restartsAtStart === b?.restartsAtStart;

/** Remembers which pods make up each group, and says when that has to be recorded. `monotonicMs` is the time. */
export const createGroupMemories = (monotonicMs: () => number): GroupMemories => {
  const sets = new Map<string, OfSet>();

  const ofSet = (setKey: string): OfSet => {
    const known = sets.get(setKey) ?? {
      groups: new Map(),
      record: { text: undefined, incarnations: new Map() },
      dueAtMs: undefined,
      writtenAtMs: -Infinity,
    };
    sets.set(setKey, known);
    return known;
  };

  const readRecord = (set: OfSet, leaders: ObservedLeaderStatefulSet | undefined): Incarnations => {
    const text = leaders?.metadata.annotations?.[ANNOTATION.incarnations];
    // Taken away, by us to make room or by somebody else: what of it fits is written again.
    if (leaders !== undefined && text === undefined && set.record.text !== undefined) set.dueAtMs ??= monotonicMs();
    if (text !== set.record.text) set.record = { text, incarnations: readIncarnations(text) };
    return set.record.incarnations;
  };

  /** Groups that this process has not looked at yet keep what is recorded of them: they may have failed. */
  const textOf = ({ groups, record }: OfSet, count: number, most: number): string => {
    const current = new Map<number, Incarnation>();
    const indexes = new Set([...record.incarnations.keys(), ...groups.keys()]);
    for (const index of [...indexes].sort((a, b) => a - b)) {
      const known = groups.get(index);
      const incarnation = known === undefined ? record.incarnations.get(index) : known.incarnation;
      if (incarnation !== undefined && (known !== undefined || index < count)) current.set(index, incarnation);
    }
    return writeIncarnations(new Map([...current].slice(0, Math.min(MOST_RECORDED, most))));
  };

  const areComplete = (set: OfSet, groups: number): boolean =>
    set.groups.size >= groups && [...set.groups.values()].every(({ incarnation }) => incarnation !== undefined);

  return {
    recall: (setKey, index, leaders) => {
      const set = ofSet(setKey);
      return { memory: set.groups.get(index)?.memory, recorded: readRecord(set, leaders).get(index) };
    },
    keep: (setKey, index, group) => {
      const set = ofSet(setKey);
      const before = set.groups.get(index);
      const { memory, size, rule } = group;
      if (before?.memory === memory && before.size === size && before.rule === rule) return false;
      const incarnation = incarnationOf(group);
      set.groups.set(index, { ...group, incarnation });
      const recorded = before === undefined ? set.record.incarnations.get(index) : before.incarnation;
      if (incarnation === undefined || isSame(incarnation, recorded)) return false;
      // Where there is a record, a process of ours ended before it could bring it up to date.
      const isAdopted = before === undefined && memory.started && set.record.text === undefined;
      const dueAtMs = monotonicMs() + (isAdopted ? ADOPTED_AFTER_MS : 0);
      set.dueAtMs = Math.min(set.dueAtMs ?? Infinity, dueAtMs);
      return true;
    },
    forgetGroup: (setKey, index) => void sets.get(setKey)?.groups.delete(index),
    forgetSet: (setKey) => void sets.delete(setKey),
    record: (setKey, leaders, groups) => {
      const set = sets.get(setKey);
      if (set === undefined) return undefined;
      readRecord(set, leaders);
      if (set.dueAtMs === undefined) return undefined;
      const now = monotonicMs();
      const settled = areComplete(set, groups);
      const earliest = set.writtenAtMs + Math.max(SETTLED_AFTER_MS, settled ? 0 : groups * BUSY_MS_PER_GROUP);
      const dueInMs = Math.max(set.dueAtMs, earliest) - now;
      if (dueInMs > 0) return { text: '', dueInMs };
      const text = textOf(set, groups, roomFor(leaders));
      if (text === (set.record.text ?? NOTHING_RECORDED)) {
        set.dueAtMs = undefined;
        return undefined;
      }
      // Still due until the cache shows it: a write that fails is tried again.
      set.writtenAtMs = now;
      return { text, dueInMs: 0 };
    },
  };
};
