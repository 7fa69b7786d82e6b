import { $iq, $msg, $pres, parse, type Stanza, Strophe } from 'rxmpp';
import { inDomain, JULIET, refusal, ROMEO } from './support/page.js';

/** As much of a DOM Element as the specs look at. */
const toDom = (xml: string) => ({ dom: xml }) as never;
const domOf = (given: unknown): string => (given as { readonly dom: string }).dom;

describe('the option dom', () => {
  it(
    'gives handlers, callbacks and hooks real DOM Elements, and may be changed at any time',
    inDomain(({ online, pass, domain }) => {
      const { connection } = online({ dom: true, platform: { toDom } });
      const got: unknown[] = [];
      const errors: unknown[] = [];
      connection.addHandler((stanza) => got.push(stanza) > 0, null, 'message');
      connection.addHandler((stanza) => got.push(stanza) > 0, null, 'message');
      connection.sendIQ($iq({ type: 'get' }).c('ping', { xmlns: 'urn:xmpp:ping' }), (iq) => errors.push(iq));
      connection.sendIQ($iq({ type: 'get' }).c('query', { xmlns: 'nobody:knows' }), null, (iq) =>
        errors.push(iq),
      );
      domain.deliver(JULIET, parse('<message xmlns="jabber:client" id="m1"/>'));
      pass(1000);
      expect(got).toHaveLength(2);
      expect(got[0]).toBe(got[1]);
      expect(domOf(got[0])).toBe('<message xmlns="jabber:client" id="m1"/>');
      expect(errors.map(domOf)).toEqual([
        expect.stringContaining('type="result"'),
        expect.stringContaining('type="error"'),
      ]);
      connection.xmlOutput = (element) => got.push(element);
      connection.send($pres({ id: 'p1' }));
      pass(100);
      expect(domOf(got[2])).toContain('<presence');
      connection.options.dom = false;
      const plain: Stanza[] = [];
      connection.addHandler((stanza) => plain.push(stanza) > 0, null, 'message');
      domain.deliver(JULIET, parse('<message xmlns="jabber:client" id="m2"/>'));
      pass(1000);
      expect(plain.map(({ attrs }) => attrs['id'])).toEqual(['m2']);
    }),
  );

  it(
    'is refused where there is no DOM: the handler is removed, and that reported',
    inDomain(({ online, pass, domain, unhandled }) => {
      const { connection } = online({ dom: true, platform: { toDom: undefined } });
      let calls = 0;
      connection.addHandler(() => (calls += 1) > 0, null, 'message');
      domain.deliver(JULIET, parse('<message xmlns="jabber:client"/>'));
      pass(1000);
      expect(unhandled()).toEqual([refusal('UsageError', 'no-dom')]);
      connection.options.dom = false;
      domain.deliver(JULIET, parse('<message xmlns="jabber:client"/>'));
      pass(1000);
      expect(calls).toBe(0);
    }),
  );
});

it('the types of handlers, callbacks and hooks follow the option dom', () => {
  const service = 'https://example.com/http-bind';
  const [plain, dom] = [
    new Strophe.Connection(service, { keepalive: true }),
    new Strophe.Connection(service, { keepalive: true, dom: true }),
  ];
  const iq = $iq({ type: 'get' });
  const refs = [
    plain.addHandler((stanza) => stanza.child('body')?.text),
    dom.addHandler((element) => element.closest('message')?.outerHTML),
    // @ts-expect-error: an Element of the DOM has no such thing
    dom.addHandler((element) => element.redelivered),
    // @ts-expect-error: nor has our own element that
    plain.addHandler((stanza) => stanza.outerHTML),
  ] as const;
  plain.sendIQ(
    iq,
    (result) => result.attrs['id'],
    (error) => error?.attrs['id'],
  );
  dom.sendIQ(
    iq,
    (result) => result.outerHTML,
    (error) => error?.outerHTML,
  );
  dom.xmlInput = ({ outerHTML }) => outerHTML.length;
  plain.deleteHandler(refs[0]);
  dom.deleteHandler(refs[1]);
  expect(refs).toHaveLength(4);
  for (const { client } of [plain, dom]) client.close();
});

describe('sendPresence', () => {
  it(
    'returns the id, and gives the presence that answers it to the callback',
    inDomain(({ online, pass, domain }) => {
      const { connection } = online();
      const heard: unknown[] = [];
      const id = connection.sendPresence($pres({ to: 'room@muc.example.com/nick' }), (presence) =>
        heard.push(presence.attrs['id']),
      );
      expect(id).toMatch(/^[0-9a-v]{26}:sendPresence$/);
      domain.deliver(JULIET, parse(`<presence xmlns="jabber:client" id="other"/>`));
      domain.deliver(JULIET, parse(`<message xmlns="jabber:client" id="${id}"/>`));
      domain.deliver(JULIET, parse(`<presence xmlns="jabber:client" id="${id}" type="unavailable"/>`));
      domain.deliver(JULIET, parse(`<presence xmlns="jabber:client" id="${id}"/>`));
      pass(1000);
      expect(heard).toEqual([id]);
      expect(connection.sendPresence($pres({ id: 'mine' }))).toBe('mine');
    }),
  );

  it(
    'gives errback an error, null when no answer comes in time, and null when the session ends',
    inDomain(({ online, pass, domain }) => {
      const { connection } = online();
      const heard: unknown[] = [];
      const onError = (presence: Stanza | null) => heard.push(presence && presence.attrs['id']);
      connection.sendPresence($pres({ id: 'a', to: ROMEO }), null, onError, 500);
      connection.sendPresence($pres({ id: 'b', to: ROMEO }), () => heard.push('no'), onError, 500);
      connection.sendPresence($pres({ id: 'c', to: ROMEO }), null, onError);
      domain.deliver(JULIET, parse('<presence xmlns="jabber:client" id="a" type="error"/>'));
      pass(499);
      expect(heard).toEqual(['a']);
      pass(1);
      expect(heard).toEqual(['a', null]);
      connection.disconnect();
      pass(1000);
      expect(heard).toEqual(['a', null, null]);
    }),
  );
});

describe('bind', () => {
  it(
    'goes on after BINDREQUIRED, with explicitResourceBinding',
    inDomain(({ page, pass }) => {
      const { connection, heard, callback } = page({ explicitResourceBinding: true });
      connection.connect(JULIET, 'capulet', callback);
      pass(120_000);
      expect(heard).toEqual(['CONNECTING', 'AUTHENTICATING', 'BINDREQUIRED']);
      expect([connection.connected, connection.authenticated]).toEqual([true, false]);
      connection.bind();
      pass(1000);
      expect(heard.at(-1)).toBe('CONNECTED');
      expect(connection.jid).toBe(JULIET);
    }),
  );
});

describe('reset', () => {
  it(
    'leaves the session without a word to anybody, forgets handlers, and leaves the connection ready for another',
    inDomain(({ online, pass, domain }) => {
      const { connection, heard, callback } = online();
      let calls = 0;
      connection.addHandler(() => (calls += 1) > 0, null, 'message');
      connection.addTimedHandler(100, () => (calls += 1) > 0);
      const before = [...heard];
      const sent = domain.requests.length;
      connection.reset();
      pass(1000);
      expect(heard).toEqual(before);
      expect(domain.requests.slice(sent).map(({ text }) => text)).toEqual([]);
      const { jid, connected, authenticated, restored } = connection;
      expect({ jid, connected, authenticated, restored }).toEqual({
        ...{ jid: '', connected: false, authenticated: false, restored: false },
      });
      connection.connect(JULIET, 'capulet', callback);
      pass(1000);
      connection.send($msg({ to: JULIET }).c('body').t('x'));
      pass(1000);
      expect(heard.at(-1)).toBe('CONNECTED');
      expect(calls).toBe(0);
    }),
  );

  it(
    'drops what was not sent, in a session and without one: whoever logs in next does not send it',
    inDomain(({ online, pass, domain }) => {
      const { connection, callback } = online({ keepalive: true });
      const states: string[] = [];
      connection.client.delivery$.subscribe((delivery) =>
        states.push(
          [delivery.id, delivery.state, 'reason' in delivery ? delivery.reason : []].flat().join(' '),
        ),
      );
      const errors: unknown[] = [];
      connection.pause();
      connection.send($msg({ id: 'a', to: JULIET }));
      connection.reset();
      connection.send($msg({ id: 'b', to: JULIET }));
      connection.sendIQ($iq({ id: 'c', type: 'get' }), null, (answer) => errors.push(answer));
      connection.reset();
      connection.resume();
      connection.connect(ROMEO, 'montague', callback);
      pass(1000);
      expect(domain.received(ROMEO).filter(({ name }) => name !== 'presence')).toEqual([]);
      expect(states).toEqual([
        'a queued',
        'a unsent ended',
        'b queued',
        'c queued',
        'b unsent ended',
        'c unsent ended',
      ]);
      expect(errors).toEqual([null]);
    }),
  );

  it(
    'does nothing to a connection that was never opened',
    inDomain(({ page, pass, domain }) => {
      const { connection } = page();
      connection.reset();
      pass(1000);
      expect(domain.requests).toEqual([]);
      expect(connection).toBeInstanceOf(Strophe.Connection);
    }),
  );
});
