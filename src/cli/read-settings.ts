import { readFile } from 'node:fs/promises';
import type { Configuration } from '../api/configuration.ts';
import { areWebhooksEnabled } from '../config/are-webhooks-enabled.ts';
import { formatConfigurationErrors } from '../config/configuration-error.ts';
import { readFlags } from '../config/flags.ts';
import type { GivenFlags } from '../config/given-flags.ts';
import { loadConfiguration } from '../config/load.ts';
import { logLevel } from '../config/log-level.ts';
import { usage } from '../config/usage.ts';
import { warnOfIgnoredFlags } from '../config/warn-of-ignored-flags.ts';
import type { LogLevel } from '../telemetry/logger.ts';
import { readPolicies } from './read-policies.ts';

/** What the manager was asked to do, by its flags, its configuration file and its environment. */
export type Settings =
  | { readonly kind: 'version' }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'refused'; readonly problem: string; readonly exitCode: 1 | 2 }
  | {
      readonly kind: 'serve';
      readonly configuration: Configuration;
      readonly configurationFile: string | undefined;
      readonly kubeconfig: string | undefined;
      readonly logLevel: LogLevel;
      readonly webhooksEnabled: boolean;
      readonly warnings: readonly string[];
    };

const readConfigurationFile = async (file: string | undefined): Promise<{ text: string } | { problem: string }> => {
  if (file === undefined) return { text: '' };
  try {
    return { text: await readFile(file, 'utf8') };
  } catch (error) {
    return { problem: `cannot read --config=${file}: ${error instanceof Error ? error.message : String(error)}` };
  }
};

/** Before anything starts: a manager that would let anything pass, or nothing, is of no use. */
const findPolicyProblems = async (
  { policies, policyFiles }: Configuration,
  file: string | undefined,
): Promise<readonly string[]> =>
  file === undefined || (policies ?? policyFiles) === undefined ? [] : ((await readPolicies(file)).problems ?? []);

const load = async (flags: GivenFlags, env: NodeJS.ProcessEnv): Promise<Settings> => {
  const file = await readConfigurationFile(flags.config);
  if ('problem' in file) return { kind: 'refused', problem: file.problem, exitCode: 1 };
  const loaded = loadConfiguration({
    text: file.text,
    flags,
    ...(flags.config === undefined ? {} : { file: flags.config }),
  });
  if ('errors' in loaded)
    return {
      kind: 'refused',
      problem: `unable to load the configuration: ${formatConfigurationErrors(loaded.errors)}`,
      exitCode: 1,
    };
  const policyProblems = await findPolicyProblems(loaded.configuration, flags.config);
  if (policyProblems.length > 0)
    return { kind: 'refused', problem: `unable to load the policies:\n${policyProblems.join('\n')}`, exitCode: 1 };
  return {
    kind: 'serve',
    configuration: loaded.configuration,
    configurationFile: flags.config,
    kubeconfig: flags.kubeconfig,
    logLevel: logLevel(flags),
    webhooksEnabled: areWebhooksEnabled(env),
    warnings: [...loaded.warnings, ...warnOfIgnoredFlags(flags)],
  };
};

/** Reads flags, file and environment; a flag wins over the file. */
export const readSettings = async (argv: readonly string[], env: NodeJS.ProcessEnv): Promise<Settings> => {
  const read = readFlags(argv);
  if ('errors' in read)
    return {
      kind: 'refused',
      problem: `${read.errors.join('\n')}\nRun with --help for the flags there are.`,
      exitCode: 2,
    };
  if (read.flags.help) return { kind: 'help', text: `Usage of manager:\n${usage()}` };
  return read.flags.version ? { kind: 'version' } : load(read.flags, env);
};
