import { Ajv } from 'ajv';
import type { ConfigurationError } from './configuration-error.ts';
import { CONFIGURATION_SCHEMA, POLICY_FILE_SCHEMA } from './configuration-schema.ts';
import type { FileConfiguration } from './file-configuration.ts';
import { nameFaultyPolicy } from './name-faulty-policy.ts';
import { toFault } from './structure-fault.ts';
import { withoutField } from './without-field.ts';

export type Structure = {
  readonly errors: readonly ConfigurationError[];
  /** Without the faulty fields; absent when the document is no map. */
  readonly file?: FileConfiguration;
};

// `verbose` hands out the offending value; `allErrors` is safe because only the administrator writes this file.
const ajv = new Ajv({ allErrors: true, verbose: true });

const createCheck = (schema: object): ((document: unknown) => Structure) => {
  const validate = ajv.compile<FileConfiguration>(schema);
  return (document) => {
    if (document === null) return { errors: [], file: {} };
    if (validate(document)) return { errors: [], file: document };
    const faults = (validate.errors ?? []).map(toFault);
    const sound = faults.reduce<unknown>((rest, { removed }) => withoutField(rest, removed), document);
    const errors = faults.map(({ error }) => nameFaultyPolicy(error, document));
    return validate(sound) ? { errors, file: sound } : { errors };
  };
};

/** Finds all unknown fields and all values of the wrong type or size, and hands on what is sound. */
export const checkStructure = createCheck(CONFIGURATION_SCHEMA);

/** The same for a file that holds nothing but policies. */
export const checkPolicyFileStructure = createCheck(POLICY_FILE_SCHEMA);
