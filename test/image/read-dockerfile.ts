/** An instruction of a Dockerfile, its lines joined. */
export type Instruction = { readonly name: string; readonly text: string };

/** What one FROM begins. */
export type Stage = { readonly base: string; readonly name: string; readonly instructions: readonly Instruction[] };

const withoutComments = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .join('\n');

/** The stages of a Dockerfile. Throws when it begins with something else than FROM. */
export const readDockerfile = (text: string): Stage[] => {
  const stages: { base: string; name: string; instructions: Instruction[] }[] = [];
  for (const line of withoutComments(text)
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')) {
    const [, name = '', rest = ''] = /^\s*([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (name === '') continue;
    const [base = '', , stage = ''] = rest.split(/\s+/);
    if (name === 'FROM') stages.push({ base, name: stage, instructions: [] });
    else if (stages.length === 0) throw new Error(`${name} before FROM`);
    else stages.at(-1)?.instructions.push({ name, text: rest });
  }
  return stages;
};
