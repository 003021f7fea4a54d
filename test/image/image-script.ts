import { dirname, join } from 'node:path';
import type { Instruction, Stage } from './read-dockerfile.ts';

export type ImageScriptOptions = {
  readonly stages: readonly Stage[];
  /** The folder that COPY takes files from, and what of it `.dockerignore` lets through. */
  readonly context: string;
  readonly included: readonly string[];
  /** The Node.js of the base image. */
  readonly node: string;
  /** Empty folders in which the build takes place, and which becomes the image. */
  readonly build: string;
  readonly image: string;
};

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Stands in for the base image of the build: the programs of this machine, which cannot be changed, and the Node.js that the image has. */
const enterBuild = ({ build, node }: ImageScriptOptions): string[] => [
  `cd ${quote(build)}`,
  'mkdir usr etc proc dev tmp root',
  'for name in bin sbin lib lib64; do ln -s usr/$name $name; done',
  'for name in usr etc; do mount --rbind /$name $name; mount -o remount,bind,ro $name; done',
  'mount --rbind /dev dev; mount -t proc proc proc; mount -t tmpfs tmpfs tmp',
  'mount -t tmpfs tmpfs usr/local; mkdir usr/local/bin',
  `cp ${quote(node)} usr/local/bin/node; cp ${quote(join(dirname(node), '../LICENSE'))} usr/local/LICENSE`,
];

/** Stands in for distroless/cc: the C and C++ libraries that Node.js is linked to, and nothing else. */
const enterImage = ({ build, image }: ImageScriptOptions): string[] => [
  `cd ${quote(image)}`,
  'mkdir proc dev',
  `for file in $(ldd ${quote(`${build}/usr/local/bin/node`)} | grep -o '/[^ ]*'); do mkdir -p .$(dirname $file); cp -L $file .$file; done`,
];

const copy = (source: string, target: string): string => `mkdir -p $(dirname ${target}); cp -r ${source} ${target}`;

const copyFromContext = ({ context, included }: ImageScriptOptions, text: string, workdir: string): string[] => {
  const sources = text.split(/\s+/);
  const target = sources.pop() ?? '';
  const files = sources.includes('.') ? included : sources;
  const isFolder = target === '.' || target.endsWith('/');
  return files.map((file) => copy(quote(`${context}/${file}`), isFolder ? `.${workdir}/${file}` : `.${target}`));
};

const copyFromBuild = ({ build }: ImageScriptOptions, text: string): string[] => {
  const [, source = '', target = ''] = text.split(/\s+/);
  return [copy(quote(`${build}${source}`), `.${target}`)];
};

/** Shell commands that do what an instruction does, in the root folder of its stage. Throws for one that nothing is known of. */
const commandsOf = (options: ImageScriptOptions, { name, text }: Instruction, workdir: string): string[] => {
  if (name === 'RUN') return [`chroot . sh -ec ${quote(`cd ${workdir}; ${text}`)}`];
  if (name === 'COPY')
    return text.startsWith('--from=build ') ? copyFromBuild(options, text) : copyFromContext(options, text, workdir);
  if (name === 'WORKDIR') return [`mkdir -p .${text}`];
  // Arguments are taken from the environment, and the rest says how the image is run.
  if (['ARG', 'USER', 'EXPOSE', 'ENTRYPOINT'].includes(name)) return [];
  throw new Error(`${name} ${text}: nothing is known of this instruction`);
};

const stageCommands = (options: ImageScriptOptions, { instructions }: Stage): string[] => {
  let workdir = '/';
  return instructions.flatMap((instruction) => {
    if (instruction.name === 'WORKDIR') workdir = instruction.text;
    return commandsOf(options, instruction, workdir);
  });
};

/** A shell script that does outside Docker, in a mount namespace of its own, what the two stages of a Dockerfile do. */
export const imageScript = (options: ImageScriptOptions): string => {
  const [build, image, ...others] = options.stages;
  if (build === undefined || image === undefined || others.length > 0) throw new Error('there have to be two stages');
  return [
    'set -e',
    ...enterBuild(options),
    ...stageCommands(options, build),
    ...enterImage(options),
    ...stageCommands(options, image),
  ].join('\n');
};

/** As whom, and by which command, an image is run. */
export const entryOf = ({ instructions }: Stage): { readonly user: string; readonly command: readonly string[] } => {
  const textOf = (name: string): string => instructions.findLast((one) => one.name === name)?.text ?? '';
  return { user: textOf('USER'), command: JSON.parse(textOf('ENTRYPOINT')) as string[] };
};
