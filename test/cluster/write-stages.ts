import { readFileSync, writeFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';

export interface PodTimes {
  /** How long a pod takes from its node to Ready. */
  podStartDelayMs?: number;
  /** How long a deleted pod takes to end. */
  podStopDelayMs?: number;
}

/** Writes the stages that kwok plays, with pods that take the given times, and returns the file's path. */
export function writeStages(path: string, { podStartDelayMs = 0 }: PodTimes): string {
  const delays: Record<string, number> = { 'pod-ready': podStartDelayMs };
  const documents = parseAllDocuments(readFileSync(new URL('stages.yaml', import.meta.url), 'utf8'));
  for (const document of documents) {
    const delay = delays[String(document.getIn(['metadata', 'name']))];
    if (delay !== undefined) document.setIn(['spec', 'delay', 'durationMilliseconds'], delay);
  }
  writeFileSync(path, documents.map((document) => document.toString()).join(''));
  return path;
}
