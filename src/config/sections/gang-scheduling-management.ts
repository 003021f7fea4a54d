import type { Configuration } from '../../api/configuration.ts';
import { unsupportedValue } from '../configuration-error.ts';
import type { Section } from '../file-configuration.ts';
import type { Reading } from '../reading.ts';

const PATH = 'gangSchedulingManagement.schedulerProvider';
// Upstream: the message leaves the section out.
const SHOWN_PATH = 'schedulerProvider';

/** Reads which scheduler starts groups as a whole; undefined, and off, when the section is absent. */
export const readGangSchedulingManagement = (
  section: Section<'gangSchedulingManagement'>,
): Reading<Configuration['gangSchedulingManagement']> => {
  if (!section) return { value: undefined, errors: [], warnings: [] };
  const schedulerProvider = section.schedulerProvider ?? '';
  if (schedulerProvider === 'volcano') return { value: { schedulerProvider }, errors: [], warnings: [] };
  const error =
    schedulerProvider === ''
      ? { path: PATH, message: `${SHOWN_PATH}: Required value: must be set when gang scheduling is enabled` }
      : unsupportedValue(PATH, schedulerProvider, ['volcano'], SHOWN_PATH);
  return { value: undefined, errors: [error], warnings: [] };
};
