import { body } from '../../lib/testing/body.js';
import * as NS from '../../lib/protocol/ns.js';
import { stage, type Sent } from './support/hand.js';

describe('creation of a session', () => {
  it('answers with the parameters and the features', () => {
    let created: Sent | undefined;
    stage({}, ({ hand, at }) => at(0, () => (created = hand.create())));
    expect(created?.status).toBe(200);
    expect(created?.body.attrs).toMatchObject({
      ...{ sid: 'sid-1', wait: '60', hold: '1', requests: '2', inactivity: '30', polling: '5' },
      ...{
        maxpause: '120',
        ver: '1.11',
        from: 'example.com',
        'xmpp:version': '1.0',
        'xmpp:restartlogic': 'true',
      },
    });
    const mechanisms = created?.body.child('features', NS.STREAM)?.child('mechanisms', NS.SASL)?.children;
    expect(mechanisms?.map(({ text }) => text)).toEqual(['SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN']);
  });

  it.each([
    ['another domain', { to: 'example.org' }, 'host-unknown'],
    ['no domain', { to: undefined }, 'improper-addressing'],
    ['no wait', { wait: undefined }, 'bad-request'],
    ['no hold', { hold: undefined }, 'bad-request'],
    ['no rid', { rid: undefined }, 'bad-request'],
    ['a rid that is no number', { rid: '12x' }, 'bad-request'],
  ])('refuses %s', (_, attributes, condition) => {
    let created: Sent | undefined;
    stage({}, ({ hand, at }) => at(0, () => (created = hand.create(attributes))));
    expect(created?.body.attrs).toMatchObject({ type: 'terminate', condition });
  });

  it('opens another session when the same creation request comes twice', () => {
    const created: Sent[] = [];
    stage({}, ({ hand, at }) => at(0, () => created.push(hand.create({ rid: 7 }), hand.create({ rid: 7 }))));
    expect(created.map(({ body: { attrs } }) => attrs['sid'])).toEqual(['sid-1', 'sid-2']);
  });

  it('can leave the features to the next answer', () => {
    const sent: Sent[] = [];
    stage({ manner: { earlyFeatures: false } }, ({ hand, at }) => {
      at(0, () => sent.push(hand.create()));
      at(1, () => sent.push(hand.send()));
    });
    expect(sent[0]?.body.children).toEqual([]);
    expect(sent[1]?.body.child('features', NS.STREAM)).toBeDefined();
  });
});

describe('a request that no session can take', () => {
  it('is a bad request when it is no XML, or no body', () => {
    const answers: Sent[] = [];
    stage({}, ({ hand, at }) =>
      at(0, () => answers.push(hand.post('<body'), hand.post('<message rid="1"/>'))),
    );
    for (const { status, body: answer } of answers) {
      expect(status).toBe(200);
      expect(answer.attrs).toMatchObject({ type: 'terminate', condition: 'bad-request' });
    }
  });

  it('gets item-not-found for an unknown sid, or 404', () => {
    const lost = body({ rid: 1, sid: 'nowhere' });
    const sent: Sent[] = [];
    stage({}, ({ hand, at }) => at(0, () => sent.push(hand.post(lost))));
    stage({ manner: { unknownSid: 404 } }, ({ hand, at }) => at(0, () => sent.push(hand.post(lost))));
    expect(sent[0]?.body.attrs).toMatchObject({ type: 'terminate', condition: 'item-not-found' });
    expect(sent[1]?.status).toBe(404);
  });
});
