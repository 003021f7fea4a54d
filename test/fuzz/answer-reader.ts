export type Answer = { readonly status: number; readonly body: string; readonly isLast: boolean };

const END_OF_HEAD = '\r\n\r\n';

/** Returns a function that takes what a connection brings, and returns the answers that are complete so far. */
export const createAnswerReader = (): ((chunk: string) => readonly Answer[]) => {
  const answers: Answer[] = [];
  let text = '';
  /** Nothing new can be in a shorter text; looking for it in each piece of a long answer would take most of the time. */
  let needed = 0;

  const take = (): boolean => {
    const end = text.indexOf(END_OF_HEAD);
    if (end < 0) return false;
    const head = text.slice(0, end);
    const start = end + END_OF_HEAD.length;
    needed = start + Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (text.length < needed) return false;
    const isLast = /\r\nconnection: close/i.test(head);
    answers.push({ status: Number(head.slice(9, 12)), body: text.slice(start, needed), isLast });
    text = text.slice(needed);
    needed = 0;
    return true;
  };

  return (chunk) => {
    text += chunk;
    while (text.length >= needed && take());
    return answers;
  };
};
