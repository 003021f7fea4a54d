import { rmSync, writeFileSync } from 'node:fs';
import { caseFile, listCases, readExpected, runCase } from './run-case.ts';

/** Rewrites what is expected of every case; the difference is for a reviewer to read. */
for (const name of listCases()) {
  const actual = await runCase(name);
  for (const file of Object.keys(readExpected(name))) if (actual[file] === undefined) rmSync(caseFile(name, file));
  for (const [file, text] of Object.entries(actual)) writeFileSync(caseFile(name, file), text);
}
