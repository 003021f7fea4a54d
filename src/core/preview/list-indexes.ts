const runs = (indexes: readonly number[]): (readonly [first: number, last: number])[] => {
  const found: [number, number][] = [];
  for (const index of [...indexes].sort((a, b) => a - b)) {
    const run = found.at(-1);
    if (run !== undefined && run[1] === index - 1) run[1] = index;
    else found.push([index, index]);
  }
  return found;
};

/** Group indexes in ascending order, as people write them: `0, 2-5`. */
export const listIndexes = (indexes: readonly number[]): string =>
  runs(indexes)
    .map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`))
    .join(', ');

/** The subject of a sentence about groups: `group 3`, `groups 0, 2-5`. */
export const listGroups = (indexes: readonly number[]): string =>
  `group${indexes.length === 1 ? '' : 's'} ${listIndexes(indexes)}`;
