import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';

/** The path at which the server in front of the API server is asked to let watches of pods expire. */
export const EXPIRE_PODS = '/expire-pods';
/** The query parameter that has it send the list of all pods from memory. */
export const FROM_MEMORY = 'from-memory';
/** Its answer, when the list has been sent: how long that took. */
export type Expired = { readonly ms: number };

/** A stretch of time, as `performance.now()` tells it. */
export type Span = { readonly from: number; readonly to: number };

/** Has whoever watches pods through that server read all of them again; resolves when they were sent: from when to when that took. */
export const expirePods = async (
  front: { readonly url: string; readonly ca: string },
  { fromMemory }: { readonly fromMemory: boolean },
): Promise<Span> => {
  const url = new URL(EXPIRE_PODS, front.url);
  if (fromMemory) url.searchParams.set(FROM_MEMORY, 'true');
  const [response] = (await once(request(url, { ca: front.ca }).end(), 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
  const to = performance.now();
  return { from: to - (JSON.parse(text) as Expired).ms, to };
};
