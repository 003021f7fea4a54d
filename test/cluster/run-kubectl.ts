import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export interface KubectlOptions {
  programs: string;
  kubeconfig: string;
  args: readonly string[];
  /** What kubectl reads for `-f -`. */
  input?: string;
}

/** Runs kubectl and resolves to what it printed; rejects with what it complained about. */
export async function runKubectl({ programs, kubeconfig, args, input = '' }: KubectlOptions): Promise<string> {
  const child = spawn(join(programs, 'kubectl'), ['--kubeconfig', kubeconfig, ...args]);
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [output, complaint] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (child.exitCode !== 0) throw new Error(`kubectl ${args.join(' ')}: ${complaint.trim()}`);
  return output;
}
