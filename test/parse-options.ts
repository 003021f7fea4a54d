import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Reads the arguments of a command; wrong ones are told in one sentence with the usage, and end the process with code 2. */
export const parseOptions = <T extends ParseArgsConfig>(
  config: T,
  usage: string,
): ReturnType<typeof parseArgs<T>>['values'] => {
  try {
    return parseArgs(config).values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(2);
  }
};
