import { createRequestLog } from '../../lib/testing/request-log.js';

const request = (body: string) => ({ url: 'u', body, headers: { a: 'b' }, withCredentials: false });

it('reads rid, sid and body', () => {
  const log = createRequestLog();
  log.add(request('<body rid="7" sid="s"><x/></body>'), 40);
  expect(log.all[0]).toMatchObject({
    at: 40,
    url: 'u',
    rid: 7,
    sid: 's',
    state: 'open',
    headers: { a: 'b' },
  });
  expect(log.all[0]?.body.child('x')).toBeDefined();
});

it('reads what is no XML as invalid', () => {
  const log = createRequestLog();
  log.add(request('hello'), 0);
  expect(log.all[0]).toMatchObject({ rid: undefined, sid: undefined, text: 'hello' });
  expect(log.all[0]?.body.name).toBe('invalid');
});

it('tells those that are open, in order, and still has the body of the others', () => {
  const log = createRequestLog();
  const [one] = [1, 2, 3].map((rid) => log.add(request(`<body rid="${rid}"/>`), rid));
  if (one) log.settle(one, 'answered');
  expect(log.open.map(({ rid }) => rid)).toEqual([2, 3]);
  expect(log.all.map(({ state }) => state)).toEqual(['answered', 'open', 'open']);
  expect(log.all[0]?.body.attrs['rid']).toBe('1');
});
