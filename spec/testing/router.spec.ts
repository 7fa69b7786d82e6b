import * as NS from '../../lib/protocol/ns.js';
import { parse } from '../../lib/xml/parse.js';
import { logIn, message, ping, stage, type Sent, type Stage } from './support/hand.js';

const presence = '<presence xmlns="jabber:client"/>';

/** Romeo is online and available; what he sends at 10 is answered on the poll of 11, at the latest. */
const ask = (stanza: string, options: Parameters<typeof stage>[0] = {}, prepare?: (set: Stage) => void) => {
  const sent: Sent[] = [];
  stage({ manner: { overactivity: false }, ...options }, (set) => {
    logIn(set, 0, 'romeo', 'balcony');
    set.at(5, () => set.hand.send(presence));
    set.at(9, () => prepare?.(set));
    set.at(10, () => sent.push(set.hand.send(stanza)));
  });
  return sent[0]?.body.children[0];
};

describe('what the server answers itself', () => {
  it.each([
    ['a ping to the domain', ping('p', 'example.com'), { type: 'result', from: 'example.com' }],
    ['a ping to the own account', ping('p', 'romeo@example.com'), { type: 'result' }],
    ['a ping to nobody', ping('p'), { type: 'result', to: 'romeo@example.com/balcony' }],
  ])('%s', (_, stanza, attrs) => {
    expect(ask(stanza)?.attrs).toMatchObject({ id: 'p', ...attrs });
  });

  it('an empty roster', () => {
    const get = `<iq xmlns="jabber:client" type="get" id="r"><query xmlns="${NS.ROSTER}"/></iq>`;
    expect(ask(get)?.child('query', NS.ROSTER)?.children).toEqual([]);
  });

  it.each(['example.com', 'romeo@example.com'])('service-unavailable to anything else for %s', (to) => {
    const get = `<iq xmlns="jabber:client" type="get" id="d" to="${to}"><query xmlns="${NS.DISCO_INFO}"/></iq>`;
    const answer = ask(get);
    expect(answer?.attrs).toMatchObject({ type: 'error', id: 'd', from: to });
    expect(answer?.child('error')?.child('service-unavailable', NS.STANZAS)).toBeDefined();
  });

  it('nothing to an answer', () => {
    expect(ask('<iq xmlns="jabber:client" type="result" id="x" to="example.com"/>')).toBeUndefined();
  });
});

describe('routing', () => {
  it.each([
    ['an iq to an unknown resource', ping('p', 'juliet@example.com/x'), 'service-unavailable'],
    ['an iq to another account', ping('p', 'juliet@example.com'), 'service-unavailable'],
    ['an iq to another domain', ping('p', 'x@example.org'), 'remote-server-not-found'],
    ['a message to an unknown account', message('m', 'nobody@example.com'), 'service-unavailable'],
  ])('%s comes back', (_, stanza, condition) => {
    const error = ask(stanza)?.child('error');
    expect(error?.children.map(({ name }) => name)).toEqual([condition]);
  });

  it('stamps the true sender, whatever the stanza says', () => {
    let from: (string | undefined)[] = [];
    const forged = `<message xmlns="jabber:client" from="x@y" to="juliet@example.com"/>`;
    ask(forged, {}, ({ domain, at }) => {
      const juliet = domain.user('juliet@example.com');
      at(20, () => (from = juliet.received.map(({ attrs }) => attrs['from'])));
    });
    expect(from).toEqual(['romeo@example.com/balcony']);
  });

  it('brings a message for a bare JID to all available resources, and for a full one to that only', () => {
    let counts: number[] = [];
    const both = message('all', 'juliet@example.com') + message('one', 'juliet@example.com/b');
    ask(both, {}, ({ domain, at }) => {
      const resources = ['a', 'b'].map((resource) => domain.user(`juliet@example.com/${resource}`));
      at(20, () => (counts = resources.map(({ received }) => received.length)));
    });
    expect(counts).toEqual([1, 2]);
  });

  it('does not bring messages for a bare JID to a resource that sent no presence', () => {
    const sent: Sent[] = [];
    stage({}, (set) => {
      logIn(set, 0, 'romeo', 'balcony');
      set.at(5, () => set.domain.user('juliet@example.com').send(parse(message('x', 'romeo@example.com'))));
      set.at(10, () => sent.push(set.hand.send(ping('p'))));
      set.at(20, () => sent.push(set.hand.send(presence)));
    });
    expect(sent[0]?.body.children.map(({ name }) => name)).toEqual(['iq']);
    expect(sent[1]?.body.children.map(({ name }) => name)).toEqual(['presence', 'message']);
  });

  it('notes on a message that has waited who kept it and since when, beside a note of its sender (XEP-0203)', () => {
    const sent: Sent[] = [];
    const before = `<delay xmlns="${NS.DELAY}" stamp="1969-07-20T20:17:40.000Z"/>`;
    const late = message('x', 'romeo@example.com').replace('</message>', `${before}</message>`);
    stage({}, (set) => {
      logIn(set, 0, 'romeo', 'balcony');
      set.at(4, () => set.domain.user('juliet@example.com').send(parse(late)));
      set.at(20, () => sent.push(set.hand.send(presence)));
      set.at(30, () => set.domain.user('juliet@example.com').send(parse(message('y', 'romeo@example.com'))));
      set.at(40, () => sent.push(set.hand.send()));
    });
    const [kept, direct] = sent.map(({ body }) => body.child('message'));
    expect(kept?.childrenOf('delay', NS.DELAY).map(({ attrs }) => ({ ...attrs }))).toEqual([
      { stamp: '1969-07-20T20:17:40.000Z' },
      { from: 'example.com', stamp: '1970-01-01T00:00:00.004Z' },
    ]);
    expect(direct?.child('delay', NS.DELAY)).toBeUndefined();
  });

  it('sends a message for nobody available back, where nothing is stored', () => {
    const bounced = ask(message('x', 'juliet@example.com'), { offlineMessages: 'bounce' });
    expect(bounced?.attrs).toMatchObject({ type: 'error', from: 'juliet@example.com' });
  });

  it('makes another domain one endpoint', () => {
    let to: (string | undefined)[] = [];
    ask(message('x', 'room@muc.example.org/nick'), {}, ({ domain, at }) => {
      const service = domain.user('muc.example.org');
      at(20, () => (to = service.received.map(({ attrs }) => attrs['to'])));
    });
    expect(to).toEqual(['room@muc.example.org/nick']);
  });

  it('tells the account of the presence of its resources', () => {
    let types: (string | undefined)[] = [];
    ask('<presence xmlns="jabber:client" type="unavailable"/>', {}, ({ domain, at }) => {
      const other = domain.user('romeo@example.com/garden');
      at(20, () => (types = other.received.map(({ attrs }) => attrs['type'])));
    });
    expect(types).toEqual(['unavailable']);
  });
});
