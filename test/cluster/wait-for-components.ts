import type { Component } from './component.ts';
import { waitFor } from './wait-for.ts';

const TIMEOUT_MS = 60_000;

/** Waits until `isReady` holds, but no longer than the components live: throws what is known about the first that ended. */
export async function waitForComponents(
  what: string,
  components: readonly Component[],
  isReady: () => Promise<boolean>,
): Promise<void> {
  const firstFailure = () =>
    components.map((component) => component.failure()).find((failure) => failure !== undefined);
  const outcome = await waitFor(what, async () => firstFailure() ?? (await isReady()), { timeoutMs: TIMEOUT_MS });
  if (outcome instanceof Error) throw outcome;
}
