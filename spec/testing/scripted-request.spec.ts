import type { TransportError } from '../../lib/protocol/errors.js';
import { body } from '../../lib/testing/body.js';
import type { ScriptedRequest } from '../../lib/testing/scripted-request.js';
import { scriptedServer } from '../../lib/testing/scripted-server.js';
import { virtualTime } from '../../lib/testing/virtual-time.js';

/** What its sender hears of one request on which this is done at once, with the time. */
const hears = (act: (request: ScriptedRequest) => void, options: object = {}): readonly string[] => {
  const heard: string[] = [];
  virtualTime(({ scheduler, now }) => {
    const server = scriptedServer({ scheduler, ...options });
    server.http({ url: 'u', body: body({ rid: 1 }), headers: {}, withCredentials: false }).subscribe({
      next: (event) =>
        heard.push(`${now()} ${event.type === 'uploaded' ? 'uploaded' : `${event.status} ${event.body}`}`),
      error: (error: unknown) => heard.push(`${now()} ${(error as TransportError).kind}`),
    });
    act(server.expectBody());
  })();
  return heard;
};

it('is answered, once', () => {
  const twice = (request: ScriptedRequest): void => {
    request.answer('one');
    expect(() => request.answer('two')).toThrow('Nobody waits for an answer to <body');
  };
  expect(hears(twice)).toEqual(['0 uploaded', '0 200 one']);
});

it.each([
  [undefined, ['0 network']],
  ['timeout' as const, ['0 timeout']],
  [503, ['0 uploaded', '0 503 <html><h1>503</h1></html>']],
])('fails: %s', (how, heard) => {
  expect(hears((request) => request.fail(how))).toEqual(heard);
});

it('hears of its upload where it is told to', () => {
  const upload = (request: ScriptedRequest): void => {
    request.upload();
    request.upload();
  };
  expect(hears(upload, { uploads: 'manual' })).toEqual(['0 uploaded']);
  expect(hears(upload, { uploads: 'never' })).toEqual([]);
});

it('is answered a while later where that takes a while', () => {
  expect(hears((request) => request.answer('x'), { latencyMs: 40 })).toEqual(['0 uploaded', '40 200 x']);
});

it('is not answered any more once it has failed', () => {
  const twice = (request: ScriptedRequest): void => {
    request.fail();
    expect(() => request.fail()).toThrow('Nobody waits');
    expect(() => request.upload()).toThrow('Nobody waits');
  };
  expect(hears(twice)).toEqual(['0 network']);
});
