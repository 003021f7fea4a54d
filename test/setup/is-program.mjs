import { accessSync, constants } from 'node:fs';

/** Tells whether a file is there and may be run. */
export const isProgram = (file) => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};
