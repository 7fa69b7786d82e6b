import { inDomain, JULIET } from './support/page.js';

it(
  'a timed handler is called every period while the connection is authenticated, for as long as it returns true',
  inDomain(({ page, pass }) => {
    const { connection } = page();
    const calls: string[] = [];
    connection.addTimedHandler(300, () => calls.push('stays') > 0);
    connection.addTimedHandler(300, () => {
      calls.push('once');
    });
    pass(1000);
    expect(calls).toEqual([]);
    connection.connect(JULIET, 'capulet');
    pass(0);
    pass(299);
    expect(calls).toEqual([]);
    pass(1);
    expect(calls).toEqual(['stays', 'once']);
    pass(600);
    expect(calls).toEqual(['stays', 'once', 'stays', 'stays']);
    connection.disconnect();
    pass(1000);
    expect(calls).toHaveLength(4);
    connection.connect(JULIET, 'capulet');
    pass(1000);
    expect(calls).toHaveLength(4);
  }),
);

it(
  'deleteTimedHandler stops it, also out of itself',
  inDomain(({ online, pass }) => {
    const { connection } = online();
    const calls: string[] = [];
    const first = connection.addTimedHandler(100, () => calls.push('first') > 0);
    const second = connection.addTimedHandler(150, () => {
      calls.push('second');
      connection.deleteTimedHandler(first);
      connection.deleteTimedHandler(second);
      return true;
    });
    pass(1000);
    expect(calls).toEqual(['first', 'second']);
  }),
);

it(
  'one that throws is removed, and its error reported',
  inDomain(({ online, pass, unhandled }) => {
    const { connection } = online();
    let calls = 0;
    connection.addTimedHandler(100, () => {
      calls += 1;
      throw new Error('of the app');
    });
    pass(1000);
    expect(calls).toBe(1);
    expect(unhandled()).toMatchObject([{ message: 'of the app' }]);
  }),
);
