import { EventEmitter } from 'node:events';

import { askSecret, type Terminal } from '../../lib/cli/ask.js';

/** A terminal that writes down what is done to it. */
const terminal = (isTTY = true) => {
  const keys = new EventEmitter();
  const done: string[] = [];
  const input = {
    isTTY,
    setRawMode: (on: boolean) => void done.push(on ? 'raw' : 'cooked'),
    setEncoding: () => undefined,
    on: (name: string, hear: (text: string) => void) => void keys.on(name, hear),
    off: (name: string, hear: (text: string) => void) => void keys.off(name, hear),
    resume: () => void done.push('resume'),
    pause: () => void done.push('pause'),
  } as unknown as Terminal;
  const told: string[] = [];
  const answer = askSecret(input, (text) => void told.push(text), 'Password: ');
  return { answer, done, told, type: (text: string) => keys.emit('data', text), keys };
};

describe('askSecret', () => {
  it('reads a line without showing it, and leaves the terminal as it was', async () => {
    const { answer, done, told, type, keys } = terminal();
    for (const key of ['s', 'é', 'x', '\u007f', 'c', '\r']) type(key);
    expect(await answer).toBe('séc');
    expect(told).toEqual(['Password: ', '\n']);
    expect(done).toEqual(['raw', 'resume', 'cooked', 'pause']);
    expect(keys.listenerCount('data')).toBe(0);
  });

  it('takes a pasted line up to its end', async () => {
    const { answer, type } = terminal();
    type('secret\nmore');
    expect(await answer).toBe('secret');
  });

  it('has no answer after Ctrl-C', async () => {
    const { answer, done, type } = terminal();
    type('sec');
    type('\u0003');
    expect(await answer).toBeUndefined();
    expect(done.at(-2)).toBe('cooked');
  });

  it('asks nobody where there is no terminal', async () => {
    const { answer, done, told } = terminal(false);
    expect(await answer).toBeUndefined();
    expect([done, told]).toEqual([[], []]);
  });
});
