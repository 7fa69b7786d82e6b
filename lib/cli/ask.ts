import type { ReadStream } from 'node:tty';

/** What {@link askSecret} needs of a terminal. */
export type Terminal = Pick<
  ReadStream,
  'isTTY' | 'setRawMode' | 'on' | 'off' | 'resume' | 'pause' | 'setEncoding'
>;

const ENTER = /[\r\n\u0004]/;
const CANCEL = '\u0003';
const ERASE = /[\b\u007f]/;

/** Each erasing key takes one character back. */
const typed = (keys: string): string => {
  const letters: string[] = [];
  for (const key of keys) {
    if (ERASE.test(key)) letters.pop();
    else letters.push(key);
  }
  return letters.join('');
};

/**
 * Asks for a line without showing it. Undefined where nobody sits at the other end, or whoever does presses Ctrl-C.
 */
export const askSecret = (
  input: Terminal,
  tell: (text: string) => void,
  prompt: string,
): Promise<string | undefined> => {
  if (!input.isTTY) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    let keys = '';
    const finish = (answer: string | undefined): void => {
      input.off('data', hear);
      input.setRawMode(false);
      input.pause();
      tell('\n');
      resolve(answer);
    };
    const hear = (text: string): void => {
      keys += text;
      if (keys.includes(CANCEL)) finish(undefined);
      else if (ENTER.test(keys)) finish(typed(keys.split(ENTER)[0] ?? ''));
    };
    tell(prompt);
    input.setRawMode(true);
    input.setEncoding('utf8');
    input.on('data', hear);
    input.resume();
  });
};
