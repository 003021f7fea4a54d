import { dirname, isAbsolute } from 'node:path';

/** Returns the environment in which `go` builds the control plane the same way on every machine. */
export const goEnvironment = (go) => ({
  ...process.env,
  CGO_ENABLED: '0',
  GOWORK: 'off',
  // A GOROOT meant for another Go makes this one fail.
  ...(isAbsolute(go) ? { GOROOT: dirname(dirname(go)) } : {}),
});
