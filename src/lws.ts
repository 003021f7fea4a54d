#!/usr/bin/env node
import { nodeVersionProblem } from './cli/node-version-problem.ts';

const problem = nodeVersionProblem(process.versions.node);
if (problem === undefined) {
  // Only now: the rest may not even load in an older Node.js.
  const { createProcessIO } = await import('./cli/process-io.ts');
  const { runLws } = await import('./cli/run-lws.ts');
  process.exitCode = await runLws(process.argv.slice(2), createProcessIO());
} else {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
}
