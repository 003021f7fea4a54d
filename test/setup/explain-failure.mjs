import { SetupError } from './setup-error.mjs';

const CAUSES = [
  {
    seen: /no space left on device|ENOSPC|disk quota exceeded/i,
    advice: () => 'the disk is full: free about 5 GB there, or point XDG_CACHE_HOME and GOCACHE to a bigger disk',
  },
  {
    seen: /permission denied|EACCES|EROFS|read-only file system/i,
    advice: (line) => `a folder is not writable (${line}): make it writable, or point XDG_CACHE_HOME elsewhere`,
  },
  {
    seen: /checksum mismatch|SECURITY ERROR|EINTEGRITY/i,
    advice: (line) => `a downloaded package is not the pinned one (${line}): check the registry or proxy in use`,
  },
  {
    seen: /no such host|dial tcp|i\/o timeout|ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|TLS handshake|proxyconnect/i,
    advice: (line) => `a download failed (${line}): check the network and proxy settings, then run this again`,
  },
];

const lastLine = (output) =>
  output
    .split('\n')
    .findLast((line) => line.trim() !== '')
    ?.trim() ?? 'it said nothing';

/** Returns a SetupError that tells in one sentence why `what` failed and what to do, going by the program's output. */
export function explainFailure(what, output) {
  for (const { seen, advice } of CAUSES) {
    const line = output.split('\n').find((text) => seen.test(text));
    if (line !== undefined) return new SetupError(`${what} failed because ${advice(line.trim().slice(0, 300))}.`);
  }
  return new SetupError(`${what} failed with "${lastLine(output).slice(0, 300)}": fix that, then run this again.`);
}
