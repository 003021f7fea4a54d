import { homedir } from 'node:os';
import { join } from 'node:path';

/** Returns the folder, outside the checkout, that keeps built control planes and what building them needs. */
export const cacheRoot = () => join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'lws-control-plane');
