import type { LeaderWorkerSet } from '../api/leader-worker-set.ts';
import { revisionData } from '../core/revision/revision-data.ts';
import { revisionHash } from '../core/revision/revision-hash.ts';
import { revisionName } from '../core/revision/revision-name.ts';
import { rollingPaths } from '../core/revision/rolling-paths.ts';
import type { CommandIO } from './command-io.ts';
import { readFileOptions } from './read-file-options.ts';
import { readSets } from './read-sets.ts';

const revisionLine = (set: LeaderWorkerSet): string => {
  const data = revisionData(set);
  const key = revisionHash(data);
  return `${JSON.stringify({ name: revisionName(set.metadata.name ?? '', key, 1), key, data })}\n`;
};

const fullName = ({ metadata }: LeaderWorkerSet): string => `${metadata.namespace ?? 'default'}/${metadata.name ?? ''}`;

/** The set that `before` becomes: the one of the same name, or the only one where each file holds one. */
const findCounterpart = (
  before: LeaderWorkerSet,
  befores: readonly LeaderWorkerSet[],
  afters: readonly LeaderWorkerSet[],
): LeaderWorkerSet | undefined =>
  befores.length === 1 && afters.length === 1
    ? afters[0]
    : afters.find((after) => fullName(after) === fullName(before));

const comparisonText = (before: LeaderWorkerSet, after: LeaderWorkerSet | undefined): string => {
  const name = fullName(before);
  if (after === undefined) return `${name}: not in the second file\n`;
  const paths = rollingPaths(before, after);
  if (paths.length === 0) return `${name}: would not roll the pods\n`;
  return `${name}: would roll the pods\n${paths.map((path) => `  ${path}\n`).join('')}`;
};

const reportText = (before: readonly LeaderWorkerSet[], after: readonly LeaderWorkerSet[] | undefined): string =>
  before
    .map((set) => (after === undefined ? revisionLine(set) : comparisonText(set, findCounterpart(set, before, after))))
    .join('');

/**
 * `lws revision -f FILE [-f FILE]`: prints name, key and data of the first revision of each LeaderWorkerSet in the
 * file, as a JSON line; with a second file, whether changing the sets to it would roll their pods, and which paths
 * do so. Answers the exit code: 0, 1 for files that cannot be used, 2 for wrong arguments.
 */
export const runRevision = async (args: string[], io: CommandIO): Promise<number> => {
  const options = readFileOptions(args, 2);
  if ('error' in options) {
    io.stderr(`lws revision: ${options.error}\n`);
    return 2;
  }
  const [before, after] = await Promise.all(options.files.map((file) => readSets(file, io)));
  const errors = [...(before?.errors ?? []), ...(after?.errors ?? [])];
  for (const error of errors) io.stderr(`lws revision: ${error}\n`);
  if (errors.length > 0) return 1;
  io.stdout(reportText(before?.sets ?? [], after?.sets));
  return 0;
};
