import type { Decision } from '../core/admission/policy/evaluate-policies.ts';

/** What one policy says of one set. */
export type PolicyRow = {
  readonly set: string;
  readonly policy: string;
  readonly enforcement: string;
  readonly decision: Decision | 'not matched';
  readonly problems: readonly string[];
};

const HEADER = ['SET', 'POLICY', 'ENFORCEMENT', 'DECISION'];

const cellsOf = ({ set, policy, enforcement, decision }: PolicyRow): string[] => [set, policy, enforcement, decision];

/** The rows as a table for people, with the problems of each row below it; nothing when there are none. */
export const policyTable = (rows: readonly PolicyRow[]): string => {
  if (rows.length === 0) return '';
  const table = [HEADER, ...rows.map(cellsOf)];
  const widths = HEADER.map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `${cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()}\n`;
  return (
    line(HEADER) +
    rows.map((row) => line(cellsOf(row)) + row.problems.map((problem) => `    ${problem}\n`).join('')).join('')
  );
};
