import * as rxmpp from 'rxmpp';
import { $build, $iq, $msg, $pres, Strophe, StropheSessionError, stx } from 'rxmpp';
import { refusal } from './support/page.js';

describe('Strophe', () => {
  it('is there with the builders and the error under the names that Strophe.js has', () => {
    const names = ['Strophe', '$msg', '$iq', '$pres', '$build', 'stx', 'StropheSessionError'];
    expect(Object.keys(rxmpp)).toEqual(expect.arrayContaining(names));
    expect([$msg(), $iq(), $pres(), $build('a')].every((made) => made instanceof Strophe.Builder)).toBe(true);
    expect(new StropheSessionError('no-session', 'There is none')).toMatchObject({
      name: 'StropheSessionError',
    });
    expect(stx`<presence/>`.ns).toBe(Strophe.NS.CLIENT);
  });

  it('has the namespaces that Strophe.js names', () => {
    expect(Strophe.NS).toMatchObject({
      AUTH: 'jabber:iq:auth',
      BIND: 'urn:ietf:params:xml:ns:xmpp-bind',
      BOSH: 'urn:xmpp:xbosh',
      CLIENT: 'jabber:client',
      COMPONENT: 'jabber:component:accept',
      DELAY: 'urn:xmpp:delay',
      DISCO_INFO: 'http://jabber.org/protocol/disco#info',
      DISCO_ITEMS: 'http://jabber.org/protocol/disco#items',
      FRAMING: 'urn:ietf:params:xml:ns:xmpp-framing',
      HTTPBIND: 'http://jabber.org/protocol/httpbind',
      MUC: 'http://jabber.org/protocol/muc',
      PROFILE: 'jabber:iq:profile',
      ROSTER: 'jabber:iq:roster',
      SASL: 'urn:ietf:params:xml:ns:xmpp-sasl',
      SERVER: 'jabber:server',
      SESSION: 'urn:ietf:params:xml:ns:xmpp-session',
      SM: 'urn:xmpp:sm:3',
      STANZAS: 'urn:ietf:params:xml:ns:xmpp-stanzas',
      STREAM: 'http://etherx.jabber.org/streams',
      VERSION: 'jabber:iq:version',
      XHTML: 'http://www.w3.org/1999/xhtml',
      XHTML_IM: 'http://jabber.org/protocol/xhtml-im',
    });
  });

  it.each([
    ['romeo@example.com/the/orchard', 'romeo@example.com', 'romeo', 'example.com', 'the/orchard'],
    ['romeo@example.com', 'romeo@example.com', 'romeo', 'example.com', null],
    ['example.com/an@resource', 'example.com', null, 'example.com', 'an@resource'],
    ['example.com', 'example.com', null, 'example.com', null],
    ['', null, null, null, null],
    [null, null, null, null, null],
    [undefined, null, null, null, null],
  ])('takes the JID %j apart', (jid, bare, node, domain, resource) => {
    expect(Strophe.getBareJidFromJid(jid)).toBe(bare);
    expect(Strophe.getNodeFromJid(jid)).toBe(node);
    expect(Strophe.getDomainFromJid(jid)).toBe(domain);
    expect(Strophe.getResourceFromJid(jid)).toBe(resource);
  });

  it('escapes nodes and takes it back', () => {
    const escaped = Strophe.escapeNode(' space cadet@home/"d\'artagnan" ');
    expect(escaped).toBe('space\\20cadet\\40home\\2f\\22d\\27artagnan\\22');
    expect(Strophe.unescapeNode(escaped)).toBe('space cadet@home/"d\'artagnan"');
  });

  it('escapes text', () => {
    expect(Strophe.xmlescape(`<a b='c' d="e">&amp;\n`)).toBe(
      '&lt;a b=&apos;c&apos; d=&quot;e&quot;&gt;&amp;amp;\n',
    );
  });

  it('makes elements out of text and text out of elements', () => {
    const text = '<message xmlns="jabber:client" to="romeo@example.com"><body> O </body></message>';
    const made = Strophe.Stanza.toElement(` ${text.replace('><', '>\n  <')} `);
    expect(made).toBeInstanceOf(rxmpp.XmlElement);
    expect(Strophe.serialize(made)).toBe(text);
    expect(Strophe.serialize($msg({ to: 'romeo@example.com' }).c('body', {}, ' O '))).toBe(text);
    expect(Strophe.Stanza.toElement('<iq/>').ns).toBe('jabber:client');
    expect(() => Strophe.Stanza.toElement('<iq>')).toThrow(refusal('XmlError', 'not-well-formed'));
  });

  it('lets XML into a template unescaped only when told that it may', () => {
    const show = '<show>dnd</show>';
    const { unsafeXML } = Strophe.Stanza;
    expect(stx`<presence>${unsafeXML(show)}</presence>`.child('show')?.text).toBe('dnd');
    expect(stx`<presence>${show}</presence>`.text).toBe(show);
  });
});
