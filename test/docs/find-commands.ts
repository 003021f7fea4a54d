import { type Page, codeOf, fencesOf } from './pages.ts';

const PROGRAM = /^(?:kubectl|helm|npm|npx|node|lws|docker|go|git|curl)\s/;
/** `kubectl apply` in a sentence is a name, and nothing to run. */
const NAME = /^(?:kubectl|helm) [a-z]+$/;

const withoutComment = (line: string): string => line.replace(/\s+#.*$/, '').trim();

const joinLines = (text: string): string[] => text.replaceAll(/\\\n\s*/g, '').split('\n');

/** The commands of a page: the lines of its `sh` blocks, what follows a `$` in its `console` blocks, and code in sentences that begins with a program. */
export const commandsOf = (page: Page): string[] => {
  const fences = fencesOf(page);
  const scripts = fences.filter(({ language }) => language === 'sh').flatMap(({ text }) => joinLines(text));
  const sessions = fences
    .filter(({ language }) => language === 'console')
    .flatMap(({ text }) => joinLines(text))
    .flatMap((line) => (line.startsWith('$ ') ? [line.slice(2)] : []));
  const inline = codeOf(page).filter((code) => PROGRAM.test(code) && !NAME.test(code));
  return [...scripts, ...sessions, ...inline].map(withoutComment).filter((line) => line !== '');
};
