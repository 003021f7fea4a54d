import { LEADER_WORKER_SET } from '../api/leader-worker-set.ts';
import type { LeaderWorkerSet } from '../api/leader-worker-set.ts';
import { isJsonObject } from '../core/canonical/json.ts';
import type { CommandIO } from './command-io.ts';
import type { ReadDocument } from './documents.ts';
import { readDocuments } from './read-documents.ts';

/** The LeaderWorkerSets of a file, and a sentence for each thing in it that cannot be used. */
export type ReadSets = { readonly sets: readonly LeaderWorkerSet[]; readonly errors: readonly string[] };

const show = (field: unknown): string => (typeof field === 'string' && field !== '' ? field : '(none)');

const isSet = ({ object: { apiVersion, kind } }: ReadDocument): boolean =>
  kind === LEADER_WORKER_SET.kind && apiVersion === LEADER_WORKER_SET.apiVersion;

/** An object that is nearly a set: the user meant one, and would wonder where it went. */
const nearMiss = ({ object: { apiVersion, kind }, place }: ReadDocument): string[] => {
  const { apiVersion: wantedVersion, kind: wantedKind } = LEADER_WORKER_SET;
  const isNear = (kind === wantedKind) !== (apiVersion === wantedVersion);
  return isNear ? [`${place}: ${show(apiVersion)} ${show(kind)} is not ${wantedVersion} ${wantedKind}`] : [];
};

const MAX_KINDS = 5;

const describeOthers = (documents: readonly ReadDocument[]): string => {
  const kinds = [...new Set(documents.map(({ object: { apiVersion, kind } }) => `${show(apiVersion)} ${show(kind)}`))];
  const more = kinds.length > MAX_KINDS ? ', …' : '';
  return kinds.length === 0 ? '' : `: it holds ${kinds.slice(0, MAX_KINDS).join(', ')}${more}`;
};

const missingField = ({ object: { metadata, spec } }: ReadDocument): string | undefined => {
  if (!isJsonObject(metadata) || typeof metadata['name'] !== 'string') return 'metadata.name';
  if (!isJsonObject(spec)) return 'spec';
  return isJsonObject(spec['leaderWorkerTemplate']) ? undefined : 'spec.leaderWorkerTemplate';
};

const readText = async (
  file: string,
  io: CommandIO,
): Promise<{ readonly text: string } | { readonly error: string }> => {
  try {
    return { text: file === '-' ? await io.stdin() : await io.readFile(file) };
  } catch (error) {
    return { error: `cannot read ${file}: ${error instanceof Error ? error.message : String(error)}` };
  }
};

/** Reads the LeaderWorkerSets of a file, or of standard input for `-`; other kinds of objects are skipped. */
export const readSets = async (file: string, io: CommandIO): Promise<ReadSets> => {
  const read = await readText(file, io);
  if ('error' in read) return { sets: [], errors: [read.error] };
  const label = file === '-' ? 'standard input' : file;
  const { documents, errors } = readDocuments(label, read.text);
  const found = documents.filter(isSet);
  const misses = documents.flatMap(nearMiss);
  if (found.length + errors.length + misses.length === 0)
    return { sets: [], errors: [`${label} holds no LeaderWorkerSet${describeOthers(documents)}`] };
  const problems = found.flatMap((document) => {
    const field = missingField(document);
    return field === undefined ? [] : [`${document.place}: the LeaderWorkerSet has no ${field}`];
  });
  return {
    sets: found
      .filter((set) => missingField(set) === undefined)
      .map(({ object }) => object as unknown as LeaderWorkerSet),
    errors: [...errors, ...misses, ...problems],
  };
};
