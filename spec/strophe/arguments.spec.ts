import { Strophe } from 'rxmpp';
import { inDomain, JULIET, refusal } from './support/page.js';

/** The session creation that a connect with these arguments sends. */
const creation = (connect: (connection: Strophe.Connection) => void, options = {}) => {
  const found: Record<string, string>[] = [];
  inDomain(({ page, pass, domain }) => {
    connect(page(options).connection);
    pass(1000);
    found.push({ ...domain.requests[0]?.body.attrs });
  })();
  return found[0];
};

describe('wait and hold', () => {
  it('of connect() are asked for', () => {
    expect(creation((it) => it.connect(JULIET, 'capulet', null, 20, 2))).toMatchObject({
      wait: '20',
      hold: '2',
    });
  });

  it('of connect() go before those of the connection', () => {
    const options = { wait: 30, hold: 3 };
    expect(creation((it) => it.connect(JULIET, 'capulet'), options)).toMatchObject({ wait: '30', hold: '3' });
    expect(creation((it) => it.connect(JULIET, 'capulet', null, 20), options)).toMatchObject({
      wait: '20',
      hold: '3',
    });
  });

  it.each([
    ['left out', undefined],
    ['null', null],
    ['0', 0],
  ])('of connect() are 60 and 1 when they are %s', (_, nothing) => {
    const asked = creation((it) => it.connect(JULIET, 'capulet', null, nothing, nothing));
    expect(asked).toMatchObject({ wait: '60', hold: '1' });
  });

  it.each([
    ['left out', undefined, 60],
    ['0', 0, 60],
    ['given', 10, 10],
  ])('of attach(), %s: a request counts as lost 5 s after wait, and is sent again', (_, given, wait) => {
    inDomain(
      ({ prebound, page, pass, domain }) => {
        const { sid, rid } = prebound();
        const { connection, heard, callback } = page();
        connection.attach(JULIET, sid, rid, callback, given);
        pass(1000);
        expect(heard).toEqual(['ATTACHED']);
        const count = domain.requests.length;
        domain.intercept(() => ({ hang: true }));
        connection.send(Strophe.Stanza.toElement('<presence/>'));
        pass(100 + wait * 1000 + 4000);
        const sent = domain.requests.length - count;
        pass(4000);
        expect(domain.requests.length - count - sent).toBeGreaterThan(0);
        expect(sent).toBe(1);
      },
      { bosh: { inactivity: 300 } },
    )();
  });
});

describe('wind of attach()', () => {
  it.each([
    ['1', 1, 1],
    ['left out', undefined, 2],
    ['larger than what the server surely takes', 5, 2],
  ])('%s: at most that many requests are open', (_, wind, most) => {
    inDomain(({ prebound, page, pass, domain }) => {
      const { sid, rid } = prebound();
      const { connection } = page();
      connection.attach(JULIET, sid, rid, null, 60, 1, wind);
      pass(6000);
      expect(domain.open.length).toBe(1);
      connection.send(Strophe.Stanza.toElement('<message to="nobody@example.com"/>'));
      const release = domain.hold();
      pass(1000);
      expect(domain.open.length).toBe(most);
      release();
    })();
  });
});

describe('the rid of attach()', () => {
  it.each([
    ['a number', (rid: number) => rid],
    ['a text', (rid: number) => String(rid)],
    ['a text with white space around it', (rid: number) => ` ${rid}\n`],
  ])('may be %s', (_, write) => {
    inDomain(({ prebound, page, pass, domain }) => {
      const { sid, rid } = prebound();
      const { connection, heard, callback } = page();
      const before = domain.requests.length;
      connection.attach(JULIET, sid, write(rid), callback);
      pass(1000);
      expect(heard).toEqual(['ATTACHED']);
      expect(domain.requests[before]?.body.attrs).toMatchObject({ sid, rid: String(rid) });
    })();
  });

  it.each(['', 'abc', '12abc', '0x10', '1e3', '-1', '1.5', 0, -1, 1.5, NaN, 2 ** 53])(
    'may not be %j',
    (rid) => {
      inDomain(({ page, domain }) => {
        const attach = (): void => page().connection.attach(JULIET, 'sid', rid);
        expect(attach).toThrow(refusal('UsageError', 'bad-rid'));
        expect(domain.requests).toEqual([]);
      })();
    },
  );
});
