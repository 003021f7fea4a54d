/** Leaves room for the hash and the number within the 253 characters of a name. */
const MAX_SET_NAME = 220;

/** The name of a ControllerRevision of a set; the number makes it unique. */
export const revisionName = (setName: string, hash: string, number: number): string =>
  `${setName.slice(0, MAX_SET_NAME)}-${hash}-${number}`;
