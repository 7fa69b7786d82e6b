import { type Consumer, install } from './support/consumer.js';

jest.setTimeout(180_000);

let consumer: Consumer;

beforeAll(async () => {
  consumer = await install('spec/package/consumers/jest', ['rxjs@7']);
});

afterAll(() => consumer.remove());

it('a project with Jest and CommonJS tests its streams by marbles', async () => {
  const { err } = await consumer.tool('jest', '--ci');
  expect(err).toMatch(/^Tests: +2 passed, 2 total$/m);
});
