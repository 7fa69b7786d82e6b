import { $msg } from 'rxmpp';
import { JID, onSockets, SM } from './support/socket.js';

const message = (id: string) => $msg({ to: JID, id }).tree();
const BOB = 'bob@example.com/x';

it(
  'counts stanzas, asks for the count of the client, and repeats what it does not have',
  onSockets(({ domain, managed, login, pass }) => {
    const { talker, id } = managed();
    const bob = domain.user(BOB);
    talker.say(`<message xmlns="jabber:client" to="${BOB}" id="m"/>`, `<r ${SM}/>`);
    expect(talker.heard.at(-1)).toBe('a 1');
    for (const name of ['1', '2', '3']) bob.send(message(name));
    pass(10);
    expect(talker.heard.slice(-6)).toEqual(['message 1', 'r', 'message 2', 'r', 'message 3', 'r']);
    talker.say(`<a ${SM} h="1"/>`);
    talker.hangUp();
    pass(5);
    bob.send(message('4'));
    const again = login();
    again.say(`<resume ${SM} previd="${id}" h="2"/>`);
    expect(again.heard.slice(-4)).toEqual(['resumed 1', 'message 3', 'message 4', 'r']);
  }),
);

it(
  'keeps a stream without a connection for as long as it says, and no longer',
  onSockets(
    ({ managed, login, pass }) => {
      const { talker, id } = managed();
      talker.hangUp();
      pass(9_900);
      const late = login();
      late.say(`<resume ${SM} previd="${id}" h="0"/>`);
      expect(late.heard.at(-1)).toBe('resumed 0');
      late.hangUp();
      pass(10_100);
      const tooLate = login();
      tooLate.say(`<resume ${SM} previd="${id}" h="0"/>`);
      expect(tooLate.heard.at(-1)).toBe('failed');
    },
    { socket: { resume: 10 } },
  ),
);

it(
  'that has to keep more than it may can not be resumed: it refuses, says how far it came, and ends',
  onSockets(
    ({ domain, managed, login, pass }) => {
      const { talker, id } = managed();
      talker.hangUp();
      pass(5);
      for (const name of ['1', '2', '3']) domain.user(BOB).send(message(name));
      pass(5);
      const again = login();
      again.say(`<resume ${SM} previd="${id}" h="0"/>`);
      expect(again.heard.slice(-4)).toEqual(['failed 0', 'error', 'close', 'close 1000']);
    },
    { socket: { keeps: 2 } },
  ),
);

it(
  'is not managed where that is not to be had, nor before a resource is bound, nor twice',
  onSockets(({ login, managed }) => {
    const early = login();
    early.say(`<enable ${SM} resume="true"/>`);
    expect(early.heard.at(-1)).toBe('failed');
    const { talker } = managed();
    talker.say(`<enable ${SM} resume="true"/>`);
    expect(talker.heard.at(-1)).toBe('failed');
  }),
);
