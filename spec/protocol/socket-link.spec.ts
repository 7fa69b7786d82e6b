import { parse } from '../../lib/xml/parse.js';
import {
  cut,
  ENABLED,
  framesOf,
  JID,
  managed,
  message,
  OFFER,
  play,
  reloaded,
  restarted,
  SM,
  typesOf,
  unmanaged,
} from './support/socket.js';

const ping = parse('<iq xmlns="jabber:client" type="get"/>');
const LEFT = { uncertain: [], undispatched: [] };

it('opens a stream on a connection that speaks XMPP', () => {
  const played = play();
  expect(played.log).toEqual([{ type: 'dial', link: 1 }]);
  expect(framesOf(played.connect())).toEqual(['open']);
});

it.each(['', 'mqtt'])('goes no further with the subprotocol %j (RFC 7395 §3.1)', (protocol) => {
  const effects = play().connect(protocol);
  expect(typesOf(effects)).toEqual(['hangUp', 'closed']);
  expect(effects[1]).toMatchObject({ error: { condition: 'subprotocol-missing', retryable: false } });
});

it('ends with the connection before there is a session, and where none is managed', () => {
  for (const played of [play(), unmanaged(), managedWithoutId()]) {
    expect(played.lose()).toEqual([{ type: 'hangUp' }, { type: 'closed', error: cut, leftovers: LEFT }]);
    expect(played.state()).toMatchObject({ phase: 'closed', wakeAt: undefined });
  }
});

const managedWithoutId = () => {
  const played = play();
  restarted(played);
  played.feed({ type: 'online', jid: JID, polling: true });
  played.say(`<enabled ${SM} id="s1"/>`);
  return played;
};

it('takes a login that goes on for too long for a lost connection', () => {
  const played = play();
  played.connect();
  expect(played.state().wakeAt).toBe(21_000);
  expect(played.at(20_999)).toEqual([]);
  expect(played.at(21_000)[1]).toMatchObject({ type: 'closed', error: { condition: 'timeout' } });
});

it('dials again at once for a managed stream, then ever more slowly, and as one again once it is online', () => {
  const played = managed();
  expect(typesOf(played.lose())).toEqual(['hangUp', 'interrupted', 'dial']);
  const waits: number[] = [];
  for (let i = 0; i < 8; i += 1) {
    expect(typesOf(played.lose())).toEqual(['hangUp', 'interrupted']);
    const due = played.state().wakeAt!;
    waits.push(due - played.state().linkedAt);
    expect(typesOf(played.at(due))).toEqual(['dial']);
  }
  expect(waits[0]).toBeLessThanOrEqual(200);
  expect(waits[7]).toBeGreaterThan(7_000);
  restarted(played);
  played.say(`<resumed ${SM} previd="s1" h="0"/>`);
  played.feed({ type: 'online', jid: JID, polling: true });
  expect(typesOf(played.lose())).toEqual(['hangUp', 'interrupted', 'dial']);
});

it('gives up when the server must have done so, with what is not known to have arrived', () => {
  const played = managed();
  played.send(message('a'), message('b'));
  played.say(`<a ${SM} h="1"/>`);
  played.lose();
  played.lose();
  played.later(300_999);
  expect(played.feed({ type: 'listen' })).not.toContainEqual(expect.objectContaining({ type: 'closed' }));
  const effects = played.at(301_000);
  expect(effects.at(-1)).toMatchObject({
    ...{ type: 'closed', error: { condition: 'expired', retryable: true } },
    leftovers: { uncertain: [{ attrs: { id: 'b' } }] },
  });
});

it('gives up while it links as well, and after a usual time where the server named none', () => {
  const played = reloaded({
    sm: { id: 's0', max: undefined, handled: 0, acked: 0, from: { handled: 0, acked: 0 }, unacked: [] },
  });
  played.connect();
  played.later(60_999);
  expect(played.feed({ type: 'listen' }).some(({ type }) => type === 'closed')).toBe(false);
  expect(typesOf(played.at(61_000))).toContain('closed');
});

it('dials at once when the network is back', () => {
  const played = managed();
  played.lose();
  played.lose();
  expect(typesOf(played.feed({ type: 'retry' }))).toEqual(['dial']);
});

it('hears nothing of a connection that it has given up', () => {
  const played = managed();
  played.lose();
  expect(played.feed({ type: 'frame', link: 1, text: ENABLED })).toEqual([]);
  expect(played.feed({ type: 'lost', link: 1, error: cut })).toEqual([]);
  expect(played.feed({ type: 'connected', link: 1, protocol: 'xmpp' })).toEqual([]);
});

it('is lost once only', () => {
  const played = managed();
  played.lose();
  played.lose();
  expect(played.state().phase).toBe('waiting');
  expect(played.lose()).toEqual([]);
});

it('says nothing on a connection that does not stand yet', () => {
  const played = play();
  expect(played.feed({ type: 'handshake', element: ping })).toEqual([]);
  played.connect();
  expect(framesOf(played.feed({ type: 'handshake', element: ping }))).toEqual(['iq']);
});

describe('a resumption that is sent elsewhere (RFC 7395 §3.6.1)', () => {
  const elsewhere =
    '<close xmlns="urn:ietf:params:xml:ns:xmpp-framing" see-other-uri="wss://two.example/ws"/>';

  it('goes there at once if it may, three times in a row', () => {
    const played = reloaded();
    for (let i = 0; i < 3; i += 1) {
      played.connect();
      const effects = played.say(elsewhere);
      expect(framesOf(effects)).toEqual(['close']);
      expect(effects.at(-1)).toEqual({ type: 'move', uri: 'wss://two.example/ws' });
      expect(typesOf(played.feed({ type: 'moved', may: true }))).toEqual(['hangUp', 'interrupted', 'dial']);
    }
    played.connect();
    expect(played.say(elsewhere).at(-1)).toMatchObject({
      type: 'closed',
      error: { condition: 'see-other-uri' },
    });
  });

  it('may go there three times again once it was online', () => {
    const played = reloaded();
    played.connect();
    played.say(elsewhere);
    played.feed({ type: 'moved', may: true });
    expect(played.state().moves).toBe(1);
    restarted(played);
    played.say(`<resumed ${SM} previd="s0" h="3"/>`);
    played.feed({ type: 'online', jid: JID, polling: true });
    expect(played.state().moves).toBe(0);
  });

  it('ends where it may not, with what is not known to have arrived', () => {
    const played = reloaded();
    played.connect();
    played.say(elsewhere);
    expect(played.feed({ type: 'moved', may: false }).at(-1)).toMatchObject({
      ...{ type: 'closed', error: { condition: 'see-other-uri' } },
      leftovers: { uncertain: [{ attrs: { id: 'm3' } }] },
    });
  });

  it('is not asked whether it may when nobody has sent it', () => {
    expect(reloaded().feed({ type: 'moved', may: true })).toEqual([]);
  });

  it('is no business of a first login, nor of a session that is online: that is told', () => {
    const first = play();
    first.connect();
    expect(first.say(elsewhere).at(-1)).toMatchObject({ error: { condition: 'see-other-uri' } });
    expect(managed().say(elsewhere).at(-1)).toMatchObject({ error: { condition: 'see-other-uri' } });
  });
});

it('asks for the stream that another page has left', () => {
  const played = reloaded();
  expect(framesOf(restarted(played, OFFER))).toEqual(['resume s0']);
});
