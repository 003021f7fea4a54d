import { BUILD } from './build-facts.ts';
import type { CommandIO } from './command-io.ts';
import { LWS_USAGE, PLAN_USAGE, REVISION_USAGE } from './lws-usage.ts';
import { runPlan } from './plan.ts';
import { runPolicy } from './policy.ts';
import { runRender } from './render.ts';
import { runRevision } from './revision.ts';

type Command = (args: string[], io: CommandIO) => number | Promise<number>;

const print = (text: string, io: CommandIO): number => {
  io.stdout(text);
  return 0;
};

const isHelp = (arg: string): boolean => arg === '--help' || arg === '-h';

const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['render', runRender],
  ['revision', (args, io) => (args.some(isHelp) ? print(REVISION_USAGE, io) : runRevision(args, io))],
  ['plan', (args, io) => (args.some(isHelp) ? print(PLAN_USAGE, io) : runPlan(args, io))],
  ['policy', runPolicy],
  ['version', (_, io) => print(`${BUILD.version}\n`, io)],
  ['--version', (_, io) => print(`${BUILD.version}\n`, io)],
  ['help', (_, io) => print(LWS_USAGE, io)],
  ['--help', (_, io) => print(LWS_USAGE, io)],
  ['-h', (_, io) => print(LWS_USAGE, io)],
]);

/** Runs the command that the arguments name, and answers the exit code: 2 when there is no such command. */
export const runLws = async (args: readonly string[], io: CommandIO): Promise<number> => {
  const [name, ...rest] = args;
  if (name === undefined) {
    io.stderr(LWS_USAGE);
    return 2;
  }
  const command = COMMANDS.get(name);
  if (command !== undefined) return command(rest, io);
  io.stderr(`lws: there is no command ${name}; lws help lists them\n`);
  return 2;
};
