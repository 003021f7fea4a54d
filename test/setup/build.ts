import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Plugin, build as bundle } from 'esbuild';
import { nodeVersionProblem } from '../../src/cli/node-version-problem.ts';
import { thirdPartyNotices } from './third-party-notices.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ENTRIES = { manager: join(ROOT, 'src/main.ts'), lws: join(ROOT, 'src/lws.ts') };

// Some dependencies are CommonJS and call `require`, which an ES module does not have.
const REQUIRE = "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);";

// Older versions fail later, with an error that says nothing of the cause.
const GUARD = `{const problem=(${nodeVersionProblem.toString()})(process.versions.node);if(problem!==undefined){console.error(problem);process.exit(1)}}`;

// The client library does not say so, but its modules only define things: what is not used of them can go, which is most of five megabytes.
const WITHOUT_SIDE_EFFECTS: Plugin = {
  name: 'without side effects',
  setup: (bundler) => {
    bundler.onResolve({ filter: /./ }, async ({ path, pluginData, ...args }) => {
      if (pluginData === WITHOUT_SIDE_EFFECTS.name) return undefined;
      const isOfClient = /client-node/.test(path) || /@kubernetes[/\\]client-node/.test(args.importer);
      if (!isOfClient) return undefined;
      const found = await bundler.resolve(path, { ...args, pluginData: WITHOUT_SIDE_EFFECTS.name });
      return { ...found, sideEffects: false };
    });
  },
};

const EXECUTABLE = 0o755;
const READABLE = 0o644;

function readCommit(): string | undefined {
  try {
    return execFileSync('git', ['rev-parse', '--verify', 'HEAD'], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}

/** A build of the same sources is the same, byte for byte, where SOURCE_DATE_EPOCH (seconds) says when it was. */
function readBuildDate(): string {
  const seconds = process.env['SOURCE_DATE_EPOCH'];
  const date = seconds === undefined ? new Date() : new Date(Number(seconds) * 1000);
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}

/** The constants by which the programs know what they are; see src/cli/build-facts.ts. */
function buildFacts(): Record<string, string> {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const facts = {
    LWS_VERSION: process.env['LWS_VERSION'] ?? `v${version}`,
    LWS_COMMIT: process.env['LWS_COMMIT'] ?? readCommit(),
    LWS_BUILD_DATE: readBuildDate(),
  };
  const known = Object.entries(facts).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known.map(([name, value]) => [name, JSON.stringify(value)]));
}

/** Renamed, so that a program that starts during another build never reads half a file. */
function write(path: string, contents: string | Uint8Array, mode: number): void {
  const unfinished = join(dirname(path), `.${basename(path)}.${process.pid}`);
  writeFileSync(unfinished, contents, { mode });
  renameSync(unfinished, path);
}

/**
 * Bundles the two programs, each with all of its dependencies, into `manager.js` and `lws.js` of a folder, by default dist, and writes the
 * licences of what they contain beside them.
 */
export async function build(folder = join(ROOT, 'dist')): Promise<void> {
  const { outputFiles, metafile } = await bundle({
    entryPoints: ENTRIES,
    absWorkingDir: ROOT,
    metafile: true,
    outdir: folder,
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    // Names stay: they are what makes a stack trace worth reading.
    minifySyntax: true,
    minifyWhitespace: true,
    banner: { js: REQUIRE + GUARD },
    define: buildFacts(),
    plugins: [WITHOUT_SIDE_EFFECTS],
    logLevel: 'warning',
  });
  mkdirSync(folder, { recursive: true });
  for (const { path, contents } of outputFiles) write(path, contents, EXECUTABLE);
  write(join(folder, 'THIRD_PARTY_NOTICES'), thirdPartyNotices(metafile, ROOT), READABLE);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // What was wrong is on the screen by then.
  await build().catch(() => (process.exitCode = 1));
}
