/** The name of a container image in its parts, as a container runtime understands it; what is absent is '' (tag and digest). */
export type ImageParts = {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
};

const isRegistry = (part: string): boolean => /[.:]/.test(part) || part === 'localhost' || part !== part.toLowerCase();

const split = (text: string, at: number): [before: string, after: string] =>
  at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];

/** Splits the name of an image: a name without registry is Docker Hub's, and one without tag and digest has the tag `latest`. */
export const parseImage = (image: string): ImageParts => {
  const [named, digest] = split(image, image.indexOf('@'));
  const slash = named.indexOf('/');
  const first = slash < 0 ? '' : named.slice(0, slash);
  const hasRegistry = first !== '' && isRegistry(first);
  const path = hasRegistry ? named.slice(slash + 1) : named;
  const [repository, tag] = split(path, path.lastIndexOf(':'));
  return {
    registry: hasRegistry ? first : 'docker.io',
    repository: hasRegistry || path.includes('/') ? repository : `library/${repository}`,
    tag: tag === '' && digest === '' ? 'latest' : tag,
    digest,
  };
};
