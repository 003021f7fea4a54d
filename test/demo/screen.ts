/** Shows text that changes: in place on a terminal, and only when it is new elsewhere. */
export type Screen = {
  readonly say: (text: string) => void;
  /** Replaces what the last call of `show` showed. */
  readonly show: (text: string) => void;
  /** What is shown stays; what comes next is written below. */
  readonly keep: () => void;
};

const up = (lines: number): string => (lines === 0 ? '' : `\u001B[${lines}A\u001B[J`);

/** A screen on standard output. Without a terminal, `show` writes only what `keep` keeps. */
export const createScreen = (): Screen => {
  const { stdout } = process;
  let shown = '';
  const write = (text: string): void => void stdout.write(text === '' ? '' : `${text}\n`);
  const height = (text: string): number => {
    const columns = stdout.columns || 120;
    const rows = text.split('\n').map((line) => Math.max(1, Math.ceil(line.length / columns)));
    return text === '' ? 0 : rows.reduce((sum, count) => sum + count, 0);
  };
  return {
    say: (text) => {
      shown = '';
      write(text);
    },
    show: (text) => {
      if (text === shown) return;
      if (stdout.isTTY) {
        stdout.write(up(height(shown)));
        write(text);
      }
      shown = text;
    },
    keep: () => {
      if (!stdout.isTTY) write(shown);
      shown = '';
    },
  };
};
