import { iqs, messages, ofStanza, presences, type Stanza, type StanzaFilter, stx } from 'rxmpp';

import { marbles } from '../marbles.js';

const STANZAS: Readonly<Record<string, Stanza>> = {
  m: stx`<message from="bob@example.com/a" type="chat" id="1"><body>hi</body></message>`,
  n: stx`<message from="bob@example.com/b"><body>no type</body></message>`,
  p: stx`<presence from="bob@example.com/a"/>`,
  q: stx`<presence/>`,
  i: stx`<iq from="example.com" type="get" id="2"><ping xmlns="urn:xmpp:ping"/></iq>`,
  j: stx`<iq from="Bob@Example.com/a" type="result" id="1"/>`,
  f: stx`<foreign xmlns="urn:example"/>`,
};

const ALL = Object.keys(STANZAS).join('');

/** The letters of the stanzas that come through. */
const through = (wanted: StanzaFilter): string => {
  const letters: string[] = [];
  marbles(({ cold, expectObservable, flush }) => {
    const selected$ = cold(`${ALL}|`, STANZAS).pipe(ofStanza(wanted));
    selected$.subscribe((stanza) =>
      letters.push(Object.keys(STANZAS).find((key) => STANZAS[key] === stanza) ?? '?'),
    );
    expectObservable(cold('|')).toBe('|');
    flush();
  })();
  return letters.join('');
};

describe('ofStanza', () => {
  it.each([
    ['nothing', {}, ALL],
    ['a name', { name: 'message' }, 'mn'],
    ['a type', { type: 'chat' }, 'm'],
    ['one of several types', { type: ['chat', 'get'] }, 'mi'],
    ['no type at all', { type: '' }, 'npqf'],
    ['the namespace of a child', { ns: 'urn:xmpp:ping' }, 'i'],
    ['the namespace of the stanza', { ns: 'urn:example' }, 'f'],
    ['a bare JID, in any case', { from: 'bob@example.com' }, 'mnpj'],
    ['a full JID, in any case but that of its resource', { from: 'bob@Example.com/a' }, 'mpj'],
    ['the resource in another case', { from: 'bob@example.com/A' }, ''],
    ['a domain', { from: 'example.com' }, 'i'],
    ['an id', { id: '1' }, 'mj'],
    ['all at once', { name: 'iq', type: 'result', from: 'bob@example.com', id: '1' }, 'j'],
    ['what no stanza has', { name: 'iq', id: '9' }, ''],
  ] as const)('with %s', (_, wanted, letters) => {
    expect(through(wanted)).toBe(letters);
  });

  it(
    'passes stanzas on as they come, the end and errors too, and unsubscribes',
    marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const values = { values: STANZAS };
      const stanzas$ = hot(' -m-p-n-i-|', values.values);
      const messages_ = '    -m---n---|';
      const watched = '      ^--------!';
      expectObservable(stanzas$.pipe(messages())).toBe(messages_, STANZAS);
      expectSubscriptions(stanzas$.subscriptions).toBe(watched);

      expectObservable(cold('p-i-#', STANZAS).pipe(iqs())).toBe('--i-#', STANZAS);
      expectObservable(hot('p-q-m-p', STANZAS).pipe(presences()), '^--!').toBe('p-q', STANZAS);
    }),
  );
});
