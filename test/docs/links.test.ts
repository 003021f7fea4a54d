import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import t from 'tap';
import { anchorsOf, codeOf, linksOf, readPages } from './pages.ts';

const pages = readPages();

const exists = (path: string): boolean => existsSync(new URL(`../../${path}`, import.meta.url));

/** Why a link leads nowhere; undefined when it leads somewhere. */
const findBreak = (from: string, target: string): string | undefined => {
  if (/^https?:/.test(target)) return undefined;
  const [file = '', anchor] = target.split('#');
  const path = file === '' ? from : posix.normalize(posix.join(posix.dirname(from), file));
  if (!exists(path)) return `${from}: ${target}: there is no ${path}`;
  if (anchor === undefined) return undefined;
  const page = pages.find((candidate) => candidate.path === path);
  const anchors = page === undefined ? [] : anchorsOf(page);
  return anchors.includes(anchor) ? undefined : `${from}: ${target}: ${path} has no heading for #${anchor}`;
};

void t.test('every link within the project leads to a page and to a heading of it', (t) => {
  t.same(
    pages.flatMap((page) => linksOf(page).flatMap((target) => findBreak(page.path, target) ?? [])),
    [],
  );
  t.end();
});

/** What looks like a path of this project. Paths of containers and clusters begin with a slash. */
const PROJECT_PATH = /^(?:src|test|deploy|docs|certs)\/[\w./-]+$|^(?:\.\.\/)+[\w./-]+\/?$/;

void t.test('every file that is named exists', (t) => {
  const missing = pages.flatMap((page) =>
    codeOf(page)
      .filter((code) => PROJECT_PATH.test(code))
      .filter((code) => !exists(code.startsWith('.') ? posix.join(posix.dirname(page.path), code) : code))
      .map((code) => `${page.path}: ${code}`),
  );
  t.same(missing, []);
  t.end();
});

void t.test('every page of docs can be reached from the README', (t) => {
  const linked = new Set<string>();
  const follow = (path: string): void => {
    const page = pages.find((candidate) => candidate.path === path);
    if (page === undefined || linked.has(path)) return;
    linked.add(path);
    for (const target of linksOf(page))
      follow(posix.normalize(posix.join(posix.dirname(path), target.split('#')[0] ?? '')));
  };
  follow('README.md');
  t.same(
    pages.map(({ path }) => path).filter((path) => path.startsWith('docs/') && !linked.has(path)),
    [],
  );
  t.end();
});
