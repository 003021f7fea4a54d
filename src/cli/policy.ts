import type { CommandIO } from './command-io.ts';
import { POLICY_USAGE } from './lws-usage.ts';
import { runPolicyTest } from './policy-test.ts';

/** `lws policy test …`: answers the exit code of the command that the first argument names, 2 when there is none. */
export const runPolicy = async (args: string[], io: CommandIO): Promise<number> => {
  if (args.some((arg) => arg === '--help' || arg === '-h')) {
    io.stdout(POLICY_USAGE);
    return 0;
  }
  const [command, ...rest] = args;
  if (command === 'test') return runPolicyTest(rest, io);
  io.stderr(command === undefined ? POLICY_USAGE : `lws policy: there is no command ${command}, only test\n`);
  return 2;
};
