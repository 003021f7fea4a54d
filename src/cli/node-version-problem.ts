/**
 * One sentence when a Node.js version such as `20.20.2` is too old for what this project uses; undefined when it is not. Needs nothing from outside
 * itself: its text is also put in front of the bundles, as what comes after may not even load.
 */
export const nodeVersionProblem = (version: string): string | undefined => {
  const needed = [22, 19] as const;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isEnough = major > needed[0] || (major === needed[0] && minor >= needed[1]);
  return isEnough ? undefined : `lws needs Node.js ${needed.join('.')} or newer, and this is ${version}`;
};
