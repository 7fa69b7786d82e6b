import { $pres, type Stanza } from 'rxmpp';
import { inDomain, JULIET } from './support/page.js';

it(
  'rawInput and rawOutput get what goes over the wire, without sids and SASL payloads',
  inDomain(({ page, pass, domain }) => {
    const { connection } = page();
    const [read, sent]: [string[], string[]] = [[], []];
    connection.rawInput = (xml) => read.push(xml);
    connection.rawOutput = (xml) => sent.push(xml);
    connection.connect(JULIET, 'capulet');
    pass(1000);
    connection.send($pres({ id: 'p1' }));
    pass(1000);
    expect(sent).toHaveLength(domain.requests.length);
    expect(sent.some((xml) => xml.includes('<presence'))).toBe(true);
    expect(read.some((xml) => xml.includes('p1'))).toBe(true);
    const all = [...sent, ...read].join();
    expect(all).not.toContain(domain.sessions[0]!.sid);
    expect(all).not.toContain(Buffer.from('\0juliet\0capulet').toString('base64'));
  }),
);

it(
  'xmlInput and xmlOutput get the same as elements, and what is no XML is left out',
  inDomain(({ online, pass, domain }) => {
    const { connection } = online();
    const [read, sent]: [Stanza[], Stanza[]] = [[], []];
    connection.xmlInput = (element) => read.push(element);
    connection.xmlOutput = (element) => sent.push(element);
    connection.send($pres({ id: 'p1' }));
    pass(1000);
    expect(sent[0]!.children[0]!.attrs['id']).toBe('p1');
    expect(sent.every(({ name }) => name === 'body')).toBe(true);
    expect(read.flatMap(({ children }) => children).some(({ attrs }) => attrs['id'] === 'p1')).toBe(true);
    const before = read.length;
    const remove = domain.intercept(() => {
      remove();
      return { answer: { status: 502, body: '<html>Bad gateway' } };
    });
    connection.send($pres());
    pass(100);
    expect(read.slice(before).every(({ name }) => name === 'body')).toBe(true);
  }),
);

it(
  'nextValidRid gets the rid to go on with, and the last one set is called',
  inDomain(({ page, pass, domain }) => {
    const { connection, heard, callback } = page();
    const [first, rids]: [number[], number[]] = [[], []];
    connection.nextValidRid = (rid) => first.push(rid);
    connection.nextValidRid = (rid) => rids.push(rid);
    connection.connect(JULIET, 'capulet', callback);
    pass(1000);
    expect(heard.at(-1)).toBe('CONNECTED');
    expect(first).toEqual([]);
    expect(rids.length).toBeGreaterThan(0);
    expect(rids).toEqual([...rids].sort((a, b) => a - b));
    expect(rids.at(-1)).toBe(domain.requests.at(-1)!.rid! + 1);
  }),
);

it(
  'hooks are functions from the beginning, and one that throws disturbs nobody',
  inDomain(({ online, pass, unhandled }) => {
    const { connection } = online();
    const { xmlInput, xmlOutput, rawInput, rawOutput, nextValidRid } = connection;
    for (const hook of [xmlInput, xmlOutput, rawInput, rawOutput, nextValidRid])
      expect(typeof hook).toBe('function');
    rawInput('');
    connection.rawOutput = () => {
      throw new Error('of the app');
    };
    connection.send($pres());
    pass(1000);
    expect(unhandled().length).toBeGreaterThan(0);
    expect(connection.connected).toBe(true);
  }),
);

it(
  'addProtocolErrorHandler calls back with the HTTP status that it is for, and no other',
  inDomain(({ online, pass, domain }) => {
    const { connection } = online();
    const statuses: number[] = [];
    connection.addProtocolErrorHandler('HTTP', 503, (status) => statuses.push(status));
    connection.addProtocolErrorHandler('HTTP', 404, (status) => statuses.push(status));
    connection.addProtocolErrorHandler('websocket', 200, (status) => statuses.push(status));
    const remove = domain.intercept(() => {
      remove();
      return { answer: { status: 503, body: '' } };
    });
    connection.send($pres());
    pass(5000);
    expect(statuses).toEqual([503]);
    expect(connection.connected).toBe(true);
  }),
);
