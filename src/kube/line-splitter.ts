const LINE_FEED = 0x0a;

/** Twice the largest answer an API server would send for one object as etcd is usually configured, with room for watch events. */
const LONGEST_LINE_BYTES = 16 * 1024 * 1024;

/** A line that cannot be taken in: asking for it again would not help. */
export class UnreadableLineError extends Error {
  override readonly name = 'UnreadableLineError';
}

/**
 * Cuts a stream of bytes into lines, whatever the borders of its chunks; throws UnreadableLineError on a line beyond `longest` bytes.
 * It cuts at the byte 0x0A alone: JSON text may hold U+2028 and U+2029, which readline takes for line ends, and a
 * character may be spread over two chunks.
 */
export const createLineSplitter = (longest = LONGEST_LINE_BYTES): ((chunk: Buffer) => Generator<Buffer>) => {
  let pending: Buffer[] = [];
  let pendingBytes = 0;

  const keep = (rest: Buffer): void => {
    pendingBytes += rest.length;
    if (pendingBytes > longest) throw new UnreadableLineError(`a line of the watch is longer than ${longest} bytes`);
    if (rest.length > 0) pending.push(rest);
  };

  return function* split(chunk) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      keep(chunk.subarray(start, end));
      const line = pending.length === 1 ? pending[0] : Buffer.concat(pending);
      pending = [];
      pendingBytes = 0;
      start = end + 1;
      if (line !== undefined && line.length > 0) yield line;
    }
    keep(chunk.subarray(start));
  };
};
