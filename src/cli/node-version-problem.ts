/** The oldest release with all that this project uses of Node.js. */
const NEEDED = [22, 19] as const;

/** One sentence when a Node.js version such as `20.20.2` is too old; undefined when it is not. */
export const nodeVersionProblem = (version: string): string | undefined => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isEnough = major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
  return isEnough ? undefined : `lws needs Node.js ${NEEDED.join('.')} or newer, and this is ${version}`;
};
