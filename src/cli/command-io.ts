/** What a command may touch besides its arguments; tests hand in their own. */
export type CommandIO = {
  readonly readFile: (path: string) => Promise<string>;
  readonly stdin: () => Promise<string>;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
};
