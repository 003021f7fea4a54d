export type TestCounts = { readonly passed: number; readonly failed: number };

/** A test inside a file: its name after a dash, indented by four. A file itself is not indented. */
const TEST = /^ {4}(not ok|ok) [0-9]+ - (.*)$/;
const FILE = /^(not ok|ok) [0-9]+ - (.*)$/;

const count = (lines: readonly string[], pattern: RegExp): TestCounts => {
  const results = lines.flatMap((line) => pattern.exec(line)?.[1] ?? []);
  const failed = results.filter((result) => result === 'not ok').length;
  return { passed: results.length - failed, failed };
};

/** Counts the tests in what tap wrote. A file that fails without a failed test, because it crashed, counts as one. */
export const countTests = (tap: string): TestCounts => {
  const lines = tap.split('\n');
  const tests = count(lines, TEST);
  return { passed: tests.passed, failed: Math.max(tests.failed, count(lines, FILE).failed) };
};
