import type { KubeObject } from '../api/kubernetes.ts';
import type { Log } from './log.ts';
import type { Resource } from './resource-path.ts';

/** managedFields make up three quarters of an object's memory, and nobody reads them from a cache. */
const withoutManagedFields = (
  raw: KubeObject & { readonly metadata: { readonly managedFields?: unknown } },
): KubeObject => {
  const { managedFields: _, ...metadata } = raw.metadata;
  return { ...raw, metadata };
};

type ReaderOptions<T> = {
  readonly resource: Resource;
  readonly transform?: ((raw: KubeObject) => T) | undefined;
  readonly log: Log;
};

/** Turns an object of the API server into what a cache keeps of it; an object that `transform` cannot take is logged and left out. */
export const createObjectReader = <T extends KubeObject>(options: ReaderOptions<T>) => {
  const { apiVersion, kind } = options.resource;
  // What the API server answers is of the kind that was asked for.
  const transform = options.transform ?? ((raw) => withoutManagedFields(raw) as T);

  return (raw: KubeObject): T | undefined => {
    // Items of lists come without their kind.
    const whole = raw.kind ? raw : { ...raw, apiVersion, kind };
    try {
      return transform(whole);
    } catch (error) {
      const { namespace, name } = raw.metadata;
      options.log.error({ error, kind, namespace, name }, 'an object cannot be read into the cache');
      return undefined;
    }
  };
};
