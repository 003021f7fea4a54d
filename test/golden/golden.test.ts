import t from 'tap';
import { listCases, readExpected, runCase } from './run-case.ts';

// A case that differs on purpose: run `npm run golden` and read the difference.
for (const name of listCases())
  void t.test(`lws render prints what the files of the case ${name} say`, async (t) =>
    t.same(await runCase(name), readExpected(name)),
  );
