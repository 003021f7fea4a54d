import { existsSync, readFileSync, readdirSync } from 'node:fs';
import type { CommandIO } from '../../src/cli/command-io.ts';
import { runRender } from '../../src/cli/render.ts';

const FOLDER = new URL('./', import.meta.url);
const INPUT = new Set(['lws.yaml', 'arguments.txt']);

/** Texts by the names of their files. */
type CaseFiles = Readonly<Record<string, string>>;

/** Returns the cases: the folders beside this file. */
export const listCases = (): readonly string[] =>
  readdirSync(FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();

/** Returns the URL of a file of a case. */
export const caseFile = (name: string, file: string): URL => new URL(`${name}/${file}`, FOLDER);

const readCaseFile = (name: string, file: string): string => readFileSync(caseFile(name, file), 'utf8');

/** Returns the files of a case that say what is expected. */
export const readExpected = (name: string): CaseFiles =>
  Object.fromEntries(
    readdirSync(new URL(`${name}/`, FOLDER))
      .filter((file) => !INPUT.has(file))
      .map((file) => [file, readCaseFile(name, file)]),
  );

/** The name of the file for what goes to standard error, by exit code. */
const MESSAGE_FILES: Readonly<Record<number, string>> = { 0: 'warnings.txt', 1: 'refusal.txt', 2: 'wrong-usage.txt' };

const readArguments = (name: string): readonly string[] =>
  existsSync(caseFile(name, 'arguments.txt')) ? readCaseFile(name, 'arguments.txt').trim().split(/\s+/) : [];

/** Runs `lws render` on a case, with its arguments where it has any, and returns what it prints as files. */
export const runCase = async (name: string): Promise<CaseFiles> => {
  let objects = '';
  let messages = '';
  const io: CommandIO = {
    readFile: (file) => Promise.resolve(readCaseFile(name, file)),
    stdin: () => Promise.reject(new Error('a case has no standard input')),
    stdout: (text) => (objects += text),
    stderr: (text) => (messages += text),
  };
  const code = await runRender(['-f', 'lws.yaml', ...readArguments(name)], io);
  // A failure shows even when it says nothing.
  const isSilent = code === 0 && messages === '';
  return {
    ...(objects === '' ? {} : { 'objects.yaml': objects }),
    ...(isSilent ? {} : { [MESSAGE_FILES[code] ?? `exit-code-${code}.txt`]: messages }),
  };
};
