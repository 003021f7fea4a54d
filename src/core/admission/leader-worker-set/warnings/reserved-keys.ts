import { isReservedKey } from '../../../../api/labels.ts';
import type { Advice } from '../rule.ts';
import { MOST_WARNINGS } from '../rule.ts';

const KINDS = ['labels', 'annotations'] as const;

/** Upstream: reserved keys in a template are admitted, though they may merge groups or turn workers into leaders. */
export const reservedKeys: Advice = ({ templates }) => {
  const warnings: string[] = [];
  for (const [path, { metadata }] of templates) {
    for (const kind of KINDS) {
      for (const key in metadata?.[kind]) {
        if (!isReservedKey(key)) continue;
        if (warnings.length === MOST_WARNINGS) return warnings;
        warnings.push(
          `${path}.metadata.${kind}[${key}]: LeaderWorkerSet sets this key itself; a value in the template is overwritten or breaks the grouping of pods. Remove it`,
        );
      }
    }
  }
  return warnings;
};
