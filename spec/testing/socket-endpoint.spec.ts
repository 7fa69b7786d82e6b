import { FRAMING, onSockets, SM } from './support/socket.js';

it(
  'speaks RFC 7395: open is answered by open and features, close by close',
  onSockets(({ dial }) => {
    const talker = dial();
    talker.say(`<open ${FRAMING} to="example.com" version="1.0"/>`);
    talker.say(`<close ${FRAMING}/>`);
    expect(talker.heard.map((one) => one.split(' ')[0])).toEqual([
      ...['open', 'open', 'features', 'close', 'close'],
    ]);
    expect(talker.heard.at(-1)).toBe('close 1000');
  }),
);

it(
  'ends a stream in which something is not well-formed',
  onSockets(({ dial }) => {
    const talker = dial();
    talker.say(`<open ${FRAMING} to="example.com" version="1.0"/>`);
    talker.say('<message');
    expect(talker.heard.slice(3)).toEqual(['error', 'close', 'close 1000']);
  }),
);

it(
  'resumes a stream for its own account alone, before anything is bound, and on the latest connection',
  onSockets(({ managed, login }) => {
    const { talker, id } = managed();
    const bob = login('bob');
    bob.say(`<resume ${SM} previd="${id}" h="0"/>`);
    expect(bob.heard.at(-1)).toBe('failed');
    const again = login();
    again.say(`<resume ${SM} previd="nobody's" h="0"/>`);
    expect(again.heard.at(-1)).toBe('failed');
    again.say(`<resume ${SM} previd="${id}" h="0"/>`);
    expect(again.heard.at(-1)).toBe('resumed 0');
    expect(talker.heard.at(-1)).toBe('close 1000');
    again.say(`<resume ${SM} previd="${id}" h="0"/>`);
    expect(again.heard.at(-1)).toBe('failed');
  }),
);
