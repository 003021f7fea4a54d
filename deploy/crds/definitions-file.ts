import { readFileSync, writeFileSync } from 'node:fs';
import type { KubernetesDefinitions, OpenAPISchema } from './kubernetes-definitions.ts';

// One definition a line, so that a refresh shows what changed in Kubernetes.
const definitionsFile = new URL('kubernetes-v1.36.3.schemas.jsonl', import.meta.url);

/** Returns the Kubernetes definitions that are committed beside the generator. */
export const readDefinitions = (): KubernetesDefinitions => {
  const lines = readFileSync(definitionsFile, 'utf8').trimEnd().split('\n');
  return new Map(lines.map((line) => JSON.parse(line) as [string, OpenAPISchema]));
};

/** Replaces the committed Kubernetes definitions. */
export const writeDefinitions = (definitions: KubernetesDefinitions): void =>
  writeFileSync(definitionsFile, [...definitions].map((entry) => JSON.stringify(entry) + '\n').join(''));
