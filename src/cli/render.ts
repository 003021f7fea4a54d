import type { LeaderWorkerSet } from '../api/leader-worker-set.ts';
import type { JsonObject } from '../core/canonical/json.ts';
import { previewLeaderWorkerSet } from '../core/preview/preview-leader-worker-set.ts';
import type { CommandIO } from './command-io.ts';
import { createJsonPrinter } from './json-printer.ts';
import { RENDER_USAGE } from './lws-usage.ts';
import type { ObjectPrinter } from './object-printer.ts';
import { readSets } from './read-sets.ts';
import { readRenderOptions } from './render-options.ts';
import type { RenderOptions } from './render-options.ts';
import { createYamlPrinter } from './yaml-printer.ts';

/** Prints what one set would become, and answers whether it would be admitted. */
const renderSet = (set: LeaderWorkerSet, options: RenderOptions, printer: ObjectPrinter, io: CommandIO): boolean => {
  const { objects, warnings, errors } = previewLeaderWorkerSet(set as unknown as JsonObject, options);
  const name = `LeaderWorkerSet ${set.metadata.name ?? ''}`;
  for (const warning of warnings) io.stderr(`Warning: ${name}: ${warning}\n`);
  for (const error of errors) io.stderr(`Error: ${name}: ${error}\n`);
  for (const object of objects) printer.print(object);
  return errors.length === 0;
};

/** Prints what the sets of one file would become, and answers whether it could be read and all of them would be admitted. */
const renderFile = async (
  file: string,
  options: RenderOptions,
  printer: ObjectPrinter,
  io: CommandIO,
): Promise<boolean> => {
  const { sets, errors } = await readSets(file, io);
  for (const error of errors) io.stderr(`Error: ${error}\n`);
  const admitted = sets.map((set) => renderSet(set, options, printer, io));
  return errors.length === 0 && admitted.every(Boolean);
};

/**
 * `lws render -f FILE`: prints all objects that LeaderWorkerSets would become in a cluster. Answers the exit code: 0, 1 when a file cannot be
 * used or a set or pod would be refused, 2 for wrong arguments.
 */
export const runRender = async (args: readonly string[], io: CommandIO): Promise<number> => {
  const options = readRenderOptions(args);
  if ('error' in options) {
    io.stderr(`lws render: ${options.error}\n`);
    return 2;
  }
  if (options.help) {
    io.stdout(RENDER_USAGE);
    return 0;
  }
  const printer = options.output === 'json' ? createJsonPrinter(io.stdout) : createYamlPrinter(io.stdout);
  let succeeded = true;
  for (const file of options.files) succeeded = (await renderFile(file, options, printer, io)) && succeeded;
  printer.end();
  return succeeded ? 0 : 1;
};
