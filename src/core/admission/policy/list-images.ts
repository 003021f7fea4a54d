import type { LeaderWorkerTemplate } from '../../../api/leader-worker-set.ts';
import type { Loose } from '../loose.ts';
import { parseImage } from './parse-image.ts';
import type { ImageParts } from './parse-image.ts';

/** The image of one container, and where it stands. */
export type ListedImage = ImageParts & {
  readonly template: 'leaderTemplate' | 'workerTemplate';
  readonly container: string;
  /** As written. */
  readonly image: string;
};

/** The shape of a set says nothing about images. */
type Container = { readonly name?: unknown; readonly image?: unknown };

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The images of all containers and init containers; leaders that are made from the worker template are not listed twice. */
export const listImages = (group: Loose<LeaderWorkerTemplate> | null | undefined): ListedImage[] =>
  (['leaderTemplate', 'workerTemplate'] as const).flatMap((template) => {
    const spec = group?.[template]?.spec;
    const containers: readonly Container[] = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
    return containers.map(({ name, image }) => ({
      template,
      container: textOf(name),
      image: textOf(image),
      ...parseImage(textOf(image)),
    }));
  });
