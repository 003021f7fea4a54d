import { globSync, readFileSync } from 'node:fs';
import t from 'tap';
import { ANNOTATION, LABEL } from '../../src/api/labels.ts';
import { fixedParts, messagePattern } from './message-pattern.ts';
import { codeOf, fencesOf, readPages, tablesOf } from './pages.ts';
import { PROBLEM_MESSAGES } from './problem-messages.ts';

const ROOT = new URL('../../', import.meta.url);
const page = readPages().find(({ path }) => path === 'docs/troubleshooting.md') ?? { path: '', text: '' };
const tables = tablesOf(page);

/** Titles of columns that hold what somebody reads in a terminal. */
const QUOTING = new Set(['Message', 'Event', 'It says', 'Log', 'Text']);

const quotedIn = (among: typeof tables): string[] =>
  among.flatMap(({ titles, rows }) => {
    const column = titles.findIndex((title) => QUOTING.has(title));
    return column === -1 ? [] : rows.flatMap((cells) => codeOf({ path: '', text: cells[column] ?? '' }));
  });

/** Texts that this project has no part in: the scheduler's, and the API server's about objects that are not ours. */
const OF_OTHERS = [/^node\(s\) /, /^Insufficient /, /^spec\.selector: Invalid value/];
/** What the API server says within a message of the manager's. */
const QUOTED_BY_US = new Set(['StatefulSet.apps', 'is invalid']);

const KEYS: Readonly<Record<string, string>> = { ...ANNOTATION, ...LABEL };

const source = globSync('src/**/*.ts', { cwd: ROOT })
  .map((path) => readFileSync(new URL(path, ROOT), 'utf8'))
  .join('\n')
  .replaceAll(/\\(['"`])/g, '$1')
  .replaceAll(/\$\{(?:ANNOTATION|LABEL)\.(\w+)\}/g, (_, key: string) => KEYS[key] ?? '');

const trim = (part: string): string => part.replaceAll(/^[\s:".]+|[\s:"]+$/g, '');

const isSaid = (part: string): boolean => part.length <= 3 || QUOTED_BY_US.has(part) || source.includes(part);

const isProblem = (message: string): boolean => PROBLEM_MESSAGES.some((text) => messagePattern(message).test(text));

/** What of a message is not in the code: a message may be put together from a path, the words of the API, and a detail. */
const unknownParts = (message: string): string[] =>
  isProblem(message) || OF_OTHERS.some((text) => text.test(message))
    ? []
    : fixedParts(message)
        .map(trim)
        .flatMap((part) => (isSaid(part) ? [] : part.split(/: |^Failed to \w+ /).map(trim)))
        .filter((part) => !isSaid(part));

void t.test('refusals and warnings are what the rules say of some set', (t) => {
  const messages = quotedIn(tables.filter(({ heading }) => ['A set is refused', 'Warnings'].includes(heading)));
  // What policies and the webhook for pods say is looked for in the code, below.
  const ofRules = messages.filter((message) => !/policy <name>|\bpod <pod>/.test(message));
  t.ok(ofRules.length > 25, `${ofRules.length} messages`);
  for (const message of ofRules) t.ok(isProblem(message), message);
  t.end();
});

void t.test('every other message of the manager that is quoted is in the code', (t) => {
  const blocks = fencesOf(page).filter(({ language }) => language === '');
  const messages = [...quotedIn(tables), ...blocks.flatMap(({ text }) => text.trim().split('\n'))];
  t.ok(messages.length > 60, `${messages.length} messages`);
  for (const message of messages) t.same(unknownParts(message), [], message);
  t.end();
});

void t.test('a message that is not in the code is found', (t) => {
  t.same(unknownParts('the lease was stolen by <holder>'), ['the lease was stolen by']);
  t.end();
});
