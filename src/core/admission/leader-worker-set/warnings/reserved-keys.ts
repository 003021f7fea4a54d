import { isReservedKey } from '../../../../api/labels.ts';
import type { Advice } from '../rule.ts';

/** Upstream: reserved keys in a template are admitted, though they may merge groups or turn workers into leaders. */
export const reservedKeys: Advice = ({ templates }) =>
  templates.flatMap(([path, { metadata }]) =>
    (['labels', 'annotations'] as const).flatMap((kind) =>
      Object.keys(metadata?.[kind] ?? {})
        .filter(isReservedKey)
        .map(
          (key) =>
            `${path}.metadata.${kind}[${key}]: LeaderWorkerSet sets this key itself; a value in the template is overwritten or breaks the grouping of pods. Remove it`,
        ),
    ),
  );
