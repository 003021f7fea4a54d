/** An instruction of a Dockerfile, its lines joined. */
export type Instruction = { readonly name: string; readonly text: string };

/** What one FROM begins. */
export type Stage = { readonly base: string; readonly name: string; readonly instructions: readonly Instruction[] };

const withoutComments = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .join('\n');

/** A text with the values of variables in it. */
const expand = (text: string, values: ReadonlyMap<string, string>): string =>
  text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => values.get(name) ?? '');

/** The stages of a Dockerfile, on the images that it names by default. Throws when it begins with something else than FROM and its arguments. */
export const readDockerfile = (text: string): Stage[] => {
  const stages: { base: string; name: string; instructions: Instruction[] }[] = [];
  const images = new Map<string, string>();
  for (const line of withoutComments(text)
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')) {
    const [, name = '', rest = ''] = /^\s*([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (name === '') continue;
    const [base = '', , stage = ''] = rest.split(/\s+/);
    const [, argument = '', value = ''] = /^(\w+)=(.*)$/.exec(rest) ?? [];
    if (name === 'FROM') stages.push({ base: expand(base, images), name: stage, instructions: [] });
    else if (name === 'ARG' && stages.length === 0) images.set(argument, value);
    else if (stages.length === 0) throw new Error(`${name} before FROM`);
    else stages.at(-1)?.instructions.push({ name, text: rest });
  }
  return stages;
};
