import type { Query } from './rest-client.ts';

/** The URL of a path at the API server, keeping a path that the server has before /api. */
export const requestUrl = (origin: URL, path: string, query: Query = {}): URL => {
  const url = new URL(origin.pathname.replace(/\/$/, '') + path, origin);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
};
