import { negotiate } from '../../lib/testing/bosh-parameters.js';
import { body } from '../../lib/testing/body.js';
import { parse } from '../../lib/xml/parse.js';

const ask = (attributes: Readonly<Record<string, string | number>>) =>
  parse(body({ rid: 5, wait: 60, hold: 1, ...attributes }));

describe('negotiate', () => {
  it('grants no more than is asked for, and no more than there is', () => {
    expect(negotiate(ask({ wait: 10 }), { wait: 60, hold: 1 })).toMatchObject({
      wait: 10,
      hold: 1,
      requests: 2,
    });
    expect(negotiate(ask({ wait: 300, hold: 3 }), { wait: 60, hold: 1 })).toMatchObject({
      wait: 60,
      hold: 1,
    });
  });

  it.each([{ wait: 0 }, { hold: 0 }])('makes a polling session of %j', (attributes) => {
    expect(negotiate(ask(attributes), {})).toMatchObject({ requests: 1, announced: { requests: 1 } });
  });

  it('leaves out what is undefined, and works without it', () => {
    const parameters = negotiate(ask({}), { requests: undefined, inactivity: undefined, ver: undefined });
    expect(parameters).toMatchObject({ requests: 2, inactivity: Infinity, maxpause: 0 });
    expect(Object.values(parameters?.announced ?? {})).toEqual(Array(8).fill(undefined));
  });

  it('announces acknowledgements with the rid of the creation request', () => {
    expect(negotiate(ask({}), { ack: true })).toMatchObject({ acks: true, announced: { ack: '5' } });
    expect(negotiate(ask({ ack: 1 }), {})).toMatchObject({ acks: false, clientAcks: true });
  });

  it.each([{ wait: 'x' }, { hold: '-1' }])('refuses %j', (attributes) => {
    expect(negotiate(ask(attributes), {})).toBeUndefined();
  });
});
