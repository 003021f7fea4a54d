import type { Configuration } from '../../api/configuration.ts';
import { checkBindAddress } from '../check-bind-address.ts';
import type { ConfigurationError } from '../configuration-error.ts';
import { invalidValue } from '../configuration-error.ts';
import { DEFAULT_CONFIGURATION } from '../default-configuration.ts';
import type { Section } from '../file-configuration.ts';
import type { Reading } from '../reading.ts';

const DEFAULT = DEFAULT_CONFIGURATION.health;
const URL_PATH = /^\/[-\w.~/]*$/;

/** The API's documentation shows the names without the slash that makes them paths. */
const toPath = (name: string): string => (name.startsWith('/') ? name : `/${name}`);

const checkPath = (path: string, endpoint: string): ConfigurationError[] =>
  URL_PATH.test(endpoint)
    ? []
    : [invalidValue(path, endpoint, 'must be a URL path of letters, digits and the characters - _ . ~ /')];

const checkDistinct = (readiness: string, liveness: string): ConfigurationError[] =>
  readiness === liveness
    ? [invalidValue('health.livenessEndpointName', liveness, 'must differ from readinessEndpointName')]
    : [];

/** Reads where probes are answered, and under which paths. */
export const readHealth = (section: Section<'health'>): Reading<Configuration['health']> => {
  const healthProbeBindAddress = section?.healthProbeBindAddress || DEFAULT.healthProbeBindAddress;
  const readinessEndpointName = toPath(section?.readinessEndpointName || DEFAULT.readinessEndpointName);
  const livenessEndpointName = toPath(section?.livenessEndpointName || DEFAULT.livenessEndpointName);
  const errors = [
    ...checkBindAddress('health.healthProbeBindAddress', healthProbeBindAddress),
    ...checkPath('health.readinessEndpointName', readinessEndpointName),
    ...checkPath('health.livenessEndpointName', livenessEndpointName),
    ...checkDistinct(readinessEndpointName, livenessEndpointName),
  ];
  return { value: { healthProbeBindAddress, readinessEndpointName, livenessEndpointName }, errors, warnings: [] };
};
