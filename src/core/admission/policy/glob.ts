/** Says why a text is no glob for the names of namespaces; undefined when it is one. */
export const findGlobProblem = (glob: string): string | undefined => {
  if (glob === '') return 'must not be empty';
  if (glob.length > 63) return 'must have at most 63 characters, as a namespace has';
  const strange = /[^a-z0-9*?-]/.exec(glob)?.[0];
  if (strange === undefined) return undefined;
  return `must be a glob for names of namespaces: lower-case letters, digits, -, * and ?, but not ${JSON.stringify(strange)}`;
};

/** Whether a glob matches a whole name: `*` stands for any characters, `?` for one. Takes glob × name steps at most. */
export const matchesGlob = (glob: string, name: string): boolean => {
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let index = 0; index < name.length;) {
    if (glob[at] === '*') {
      star = at++;
      resume = index;
    } else if (glob[at] === '?' || glob[at] === name[index]) {
      at++;
      index++;
    } else if (star >= 0) {
      // The last star takes one character more; those before it never need to.
      at = star + 1;
      index = ++resume;
    } else return false;
  }
  while (glob[at] === '*') at++;
  return at === glob.length;
};
