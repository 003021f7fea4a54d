/** Which folders of src/ may import which; anything else is a fault in the design. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  api: ['api'],
  core: ['core', 'api'],
  telemetry: ['telemetry', 'api'],
  config: ['config', 'api'],
  kube: ['kube', 'api', 'telemetry'],
  certs: ['certs', 'api', 'telemetry', 'kube'],
  server: ['server', 'api', 'core', 'telemetry'],
  controller: ['controller', 'api', 'core', 'telemetry', 'kube'],
  cli: ['cli', 'api', 'core', 'telemetry', 'config', 'kube', 'certs', 'server', 'controller'],
};

/** Which folders may use which package. A package that is not here may be used by none. */
const PACKAGE_USERS: Readonly<Record<string, readonly string[]>> = {
  '@kubernetes/client-node': ['kube'],
  fastify: ['server'],
  pino: ['telemetry'],
  '@prometheus-io/client': ['telemetry'],
  '@peculiar/x509': ['certs'],
  'reflect-metadata': ['certs'],
  ajv: ['core', 'config'],
  re2js: ['core'],
  yaml: ['config', 'cli'],
};

/** What the deciding half may use of Node.js: computing, no input or output. */
const CORE_BUILTINS = new Set(['node:crypto', 'node:util']);

/** Words by which the deciding half would depend on more than its arguments. */
const IMPURE =
  /\b(Date\.now|new Date\(\)|Math\.random|process\.(?:env|argv|exit|hrtime|cwd|on|stdout)\b|setTimeout|setInterval|performance\.now|fetch\()/;

/**
 * Ways to write to the cluster, whatever the client is called: its methods, called, handed on or taken out of it, and a request of another method
 * than GET. A `delete` with one argument is that of a map or a set.
 */
const WRITES: readonly RegExp[] = [
  /(?<!\bObject)\.(?:apply|create|update|updateStatus|mergePatch)\b/,
  /\.delete\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*,\s*[^)\s]/,
  /\b\w*[cC]lient\??\.delete\b(?!\()/,
  /\[['"](?:apply|create|update|updateStatus|mergePatch|delete)['"]\]/,
  /\{[^{}]*\b(?:apply|create|update|updateStatus|mergePatch|delete)\b[^{}]*\}\s*=\s/,
  /\bmethod:\s*['"](?:POST|PUT|PATCH|DELETE)\b/,
];

export type SourceFile = { readonly path: string; readonly text: string };

const IMPORT = /(?:^|\n)\s*(import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/g;

type Import = { readonly from: string; readonly isType: boolean };

const importsOf = ({ text }: SourceFile): Import[] =>
  [...text.matchAll(IMPORT)].map((match) => ({
    from: match[3] ?? match[4] ?? '',
    isType: match[2] !== undefined,
  }));

const folderOf = (path: string): string => (path.split('/').length > 2 ? (path.split('/')[1] ?? '') : 'main');

const resolve = (from: string, specifier: string): string => new URL(specifier, `file:///${from}`).pathname.slice(1);

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

const checkLocal = (file: SourceFile, { from }: Import): string[] => {
  const target = resolve(file.path, from);
  const folder = folderOf(file.path);
  if (!target.startsWith('src/')) return [`${file.path} imports ${target}, which is outside src`];
  if (folder === 'main' || MAY_IMPORT[folder]?.includes(folderOf(target))) return [];
  return [`${file.path}: ${folder} may not import ${folderOf(target)} (${from})`];
};

const checkPackage = (file: SourceFile, { from, isType }: Import): string[] => {
  const folder = folderOf(file.path);
  if (folder === 'api') return isType ? [] : [`${file.path}: api imports nothing at run time (${from})`];
  if (from.startsWith('node:'))
    return folder === 'core' && !CORE_BUILTINS.has(from) ? [`${file.path}: core may not use ${from}`] : [];
  const users = PACKAGE_USERS[packageOf(from)] ?? [];
  return users.includes(folder) || isType ? [] : [`${file.path}: ${folder} may not use ${packageOf(from)}`];
};

const checkText = ({ path, text }: SourceFile): string[] => {
  const faults = [];
  if (/(^|\/)index\.ts$/.test(path)) faults.push(`${path}: name the file after the one thing it exports`);
  if (/\bexport default\b/.test(text)) faults.push(`${path}: no default exports`);
  if (/(utils?|helpers?|common|misc)(\/|\.ts$)/.test(path)) faults.push(`${path}: say what it is about`);
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
  const impure = folderOf(path) === 'core' ? IMPURE.exec(code) : null;
  if (impure) faults.push(`${path}: core depends on its arguments alone (${impure[1]})`);
  if (folderOf(path) === 'controller' && path !== 'src/controller/act.ts' && WRITES.some((write) => write.test(code)))
    faults.push(`${path}: only src/controller/act.ts writes to the cluster`);
  return faults;
};

/** What breaks the layering or the invariants of src/README.md, as one sentence each; paths are relative to the project. */
export const findFaults = (files: readonly SourceFile[]): string[] =>
  files.flatMap((file) => [
    ...checkText(file),
    ...importsOf(file).flatMap((found) =>
      found.from.startsWith('.') ? checkLocal(file, found) : checkPackage(file, found),
    ),
  ]);
