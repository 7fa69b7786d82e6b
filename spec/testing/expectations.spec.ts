import { createExpectations } from '../../lib/testing/expectations.js';
import { createRequestLog } from '../../lib/testing/request-log.js';

const requests = (...bodies: readonly string[]) => {
  const log = createRequestLog();
  const added = bodies.map((body, at) =>
    log.add({ url: 'u', body: `<body>${body}</body>`, headers: {}, withCredentials: false }, at),
  );
  const answer = (): void => added.forEach((request) => log.settle(request, 'answered'));
  return { ...createExpectations(() => log), answer };
};

it('finds a request by the name of a child, the oldest first, each once', () => {
  const { expectBody } = requests('<iq/>', '<message/>', '<presence/><message/>');
  expect([expectBody('message').at, expectBody('message').at, expectBody().at]).toEqual([1, 2, 0]);
});

it('finds a request that fits', () => {
  const { expectBody } = requests('<iq/>', '<iq/>');
  expect(expectBody((body, { at }) => body.children.length === 1 && at === 1).at).toBe(1);
});

it('says what there is where nothing fits', () => {
  const { expectBody } = requests('<iq/>');
  expect(() => expectBody('message')).toThrow('No request fits a <message/>; open:\n  <body><iq/></body>');
  expect(() => expectBody(() => false)).toThrow('No request fits; open:');
});

it('says so where one was not to be', () => {
  const { expectBody, expectNone } = requests('<iq/>');
  expect(() => expectNone('message')).not.toThrow();
  expect(() => expectNone('iq')).toThrow('Nobody expected:\n  <body><iq/></body>');
  expectBody('iq');
  expect(() => expectNone()).not.toThrow();
});

it('verifies that nothing is open, and that every request was expected once one was', () => {
  const { expectBody, verify, answer } = requests('<iq/>', '<message/>');
  expect(verify).toThrow('Requests are still open:\n  <body><iq/></body>\n  <body><message/></body>');
  answer();
  expect(verify).not.toThrow();
  expectBody('iq');
  expect(verify).toThrow('Nobody expected:\n  <body><message/></body>');
  expectBody('message');
  expect(verify).not.toThrow();
});
