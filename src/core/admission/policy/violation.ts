import type { ErrorObject } from 'ajv/dist/2020.js';
import { stepInto } from './schema-path.ts';
import { describeDemand } from './describe-demand.ts';

/** One way in which a subject is not as a policy demands. */
export type Violation = {
  /** The demand and the place, whatever was found there. */
  readonly identity: string;
  /** The schema that demands it: one object for all evaluations of a policy. */
  readonly rule: unknown;
  readonly keyword: string;
  /** Into the object, as messages show it. */
  readonly path: string;
  /** Undefined when nothing is there. */
  readonly found: unknown;
  /** What the policy wants, as `must …`. */
  readonly demand: string;
};

type Place = { readonly value: unknown; readonly path: string; readonly identity: string };

const METADATA = new Set(['name', 'namespace', 'labels', 'annotations']);

/** Items that have a name keep it when the list is sorted anew or grows. */
const identityOf = (item: unknown, index: number): string => {
  if (typeof item !== 'object' || item === null) return String(index);
  const { name, template, container } = item as Readonly<Record<string, unknown>>;
  const names = [name, template, container].filter((part) => typeof part === 'string');
  return names.length === 0 ? String(index) : JSON.stringify(names);
};

const step = ({ value, path, identity }: Place, key: string): Place => {
  const child =
    typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
  if (!Array.isArray(value)) return { value: child, path: stepInto(path, key), identity: `${identity}/${key}` };
  return { value: child, path: stepInto(path, Number(key)), identity: `${identity}/${identityOf(child, Number(key))}` };
};

const unescape = (key: string): string => key.replaceAll('~1', '/').replaceAll('~0', '~');

const locate = (subject: unknown, pointer: string): Place => {
  const keys = pointer.split('/').slice(1).map(unescape);
  const start = { value: subject, path: METADATA.has(keys[0] ?? '') ? 'metadata' : '', identity: '' };
  return keys.reduce(step, start);
};

/** The field that an error is about when it is not the place itself: one that is missing, or should be. */
const fieldOf = ({ params }: ErrorObject): string | undefined => {
  const field: unknown = params['missingProperty'] ?? params['additionalProperty'];
  return typeof field === 'string' ? field : undefined;
};

/** The violation that an error of the compiled schema stands for. */
export const toViolation = (error: ErrorObject, subject: unknown): Violation => {
  const place = locate(subject, error.instancePath);
  const field = fieldOf(error);
  const at = field === undefined ? place : step(place, field);
  const name = error.propertyName === undefined ? '' : ` ${error.propertyName}`;
  return {
    identity: `${error.schemaPath} ${at.identity}${name}`,
    rule: error.parentSchema,
    keyword: error.keyword,
    path: at.path === '' ? 'the set' : at.path,
    found: error.propertyName ?? at.value,
    demand: describeDemand(error),
  };
};
