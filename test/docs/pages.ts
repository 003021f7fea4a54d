import { globSync, readFileSync } from 'node:fs';

const ROOT = new URL('../../', import.meta.url);

/** A page of the documentation; its path is relative to the project. */
export type Page = { readonly path: string; readonly text: string };

/** A block of code between fences. */
export type Fence = { readonly page: string; readonly line: number; readonly language: string; readonly text: string };

/** Reads all pages that users and contributors are given. */
export const readPages = (): Page[] =>
  globSync(['README.md', 'docs/*.md', 'deploy/**/README.md', 'src/**/README.md', 'test/**/README.md'], {
    cwd: ROOT,
    exclude: (path) => path.includes('node_modules'),
  })
    .toSorted()
    .map((path) => ({ path, text: readFileSync(new URL(path, ROOT), 'utf8') }));

const FENCE = /^( *)```(\S*)\n([\s\S]*?)^\1```$/gm;

/** The blocks of code of a page. */
export const fencesOf = ({ path, text }: Page): Fence[] =>
  [...text.matchAll(FENCE)].map(({ index, 2: language = '', 3: content = '' }) => ({
    page: path,
    line: text.slice(0, index).split('\n').length + 1,
    language,
    text: content,
  }));

const withoutFences = ({ text }: Page): string => text.replaceAll(FENCE, '');

/** The pieces of code in a page's sentences and tables. */
export const codeOf = (page: Page): string[] =>
  [...withoutFences(page).matchAll(/(?<!`)(`+)(?!`)([^\n]*?[^`])\1(?!`)/g)].map(({ 2: code = '' }) =>
    code.trim().replaceAll('\\|', '|'),
  );

/** A table, with the heading that it stands below. */
type Table = {
  readonly heading: string;
  readonly titles: readonly string[];
  readonly rows: readonly (readonly string[])[];
};

const cellsOf = (line: string): string[] =>
  line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());

/** The tables of a page. */
export const tablesOf = (page: Page): Table[] =>
  withoutFences(page)
    .split(/^#+ /m)
    .flatMap((section) =>
      [...section.matchAll(/(?:^\|.*\n?)+/gm)].map(([table]) => {
        const [titles = '', , ...rows] = table.trim().split('\n');
        return { heading: section.split('\n')[0] ?? '', titles: cellsOf(titles), rows: rows.map(cellsOf) };
      }),
    );

/** What a page links to. */
export const linksOf = (page: Page): string[] =>
  [...withoutFences(page).matchAll(/\]\(([^)\s]+)\)/g)].map(({ 1: target = '' }) => target);

/** The names by which links lead to the headings of a page, as GitHub makes them. */
export const anchorsOf = (page: Page): string[] =>
  [...withoutFences(page).matchAll(/^#+ (.*)$/gm)].map(({ 1: heading = '' }) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
