import { TestScheduler } from 'rxjs/testing';
import type { TransportError } from '../../lib/protocol/errors.js';
import { body } from '../../lib/testing/body.js';
import {
  scriptedServer,
  type ScriptedServer,
  type ScriptedServerOptions,
} from '../../lib/testing/scripted-server.js';

type Play = (set: {
  server: ScriptedServer;
  scheduler: TestScheduler;
  /** Posts a body with that rid; what comes back is written into `events`. */
  post: (rid: number) => { unsubscribe(): void };
  events: string[];
}) => void;

const stage = (play: Play, options: Omit<ScriptedServerOptions, 'scheduler'> = {}): string[] => {
  const events: string[] = [];
  const scheduler = new TestScheduler(() => undefined);
  scheduler.run(() => {
    const server = scriptedServer({ scheduler, ...options });
    const post = (rid: number) => {
      const request = { url: 'u', body: body({ rid }), headers: {}, withCredentials: false };
      const note = (what: string) => events.push(`${scheduler.now()}: ${rid} ${what}`);
      return server.http(request).subscribe({
        next: (event) => note(event.type === 'uploaded' ? 'uploaded' : `${event.status} ${event.body}`),
        error: (error: unknown) => note((error as TransportError).kind),
        complete: () => note('complete'),
      });
    };
    play({ server, scheduler, post, events });
  });
  return events;
};

it('answers when it is told to, and what it is told', () => {
  const events = stage(({ server, scheduler, post }) => {
    post(1);
    post(2);
    scheduler.schedule(() => server.answer('newest', 'two'), 10);
    scheduler.schedule(() => server.answer(1, { status: 404, body: '' }), 20);
  });
  expect(events).toEqual([
    '0: 1 uploaded',
    '0: 2 uploaded',
    '10: 2 200 two',
    '10: 2 complete',
    '20: 1 404 ',
    '20: 1 complete',
  ]);
});

it('answers synchronously; the body has left by then', () => {
  const events = stage(({ server, post }) => {
    post(1);
    server.answer('oldest', 'one');
  });
  expect(events).toEqual(['0: 1 uploaded', '0: 1 200 one', '0: 1 complete']);
});

it('says that a body has left when it is told to, or never', () => {
  const manual = stage(
    ({ server, scheduler, post }) => {
      post(1);
      scheduler.schedule(() => server.upload(1), 5);
    },
    { uploads: 'manual' },
  );
  const never = stage(
    ({ server, post }) => {
      post(1);
      server.answer(1, 'x');
    },
    { uploads: 'never' },
  );
  expect(manual).toEqual(['5: 1 uploaded']);
  expect(never).toEqual(['0: 1 200 x', '0: 1 complete']);
});

it('breaks connections', () => {
  const events = stage(({ server, post }) => {
    post(1);
    post(2);
    server.fail('oldest');
    server.fail(2, 'timeout');
  });
  expect(events).toEqual(['0: 1 network', '0: 2 timeout']);
});

it('knows what is open, answered, failed and aborted', () => {
  stage(({ server, post }) => {
    const [aborted] = [post(1), post(2), post(3), post(4)];
    aborted.unsubscribe();
    server.answer(2, 'x');
    server.fail(3);
    expect(server.requests.map(({ state }) => state)).toEqual(['aborted', 'answered', 'failed', 'open']);
    expect(server.open.map(({ rid }) => rid)).toEqual([4]);
  });
  expect.assertions(2);
});

it('gives the requests one after the other to a spec that expects them', () => {
  stage(({ server, post }) => {
    post(1);
    post(2);
    expect(server.expectBody().rid).toBe(1);
    expect(server.expectBody(({ attrs }) => attrs['rid'] === '2').rid).toBe(2);
    expect(() => server.expectBody()).toThrow(/No request fits; open:\n.*rid="1"/);
  });
  expect.assertions(3);
});

it('verifies that nothing is left over', () => {
  stage(({ server, post }) => {
    post(1);
    expect(() => server.verify()).toThrow('Requests are still open');
    server.answer(1, 'x');
    expect(() => server.verify()).not.toThrow();
    post(2);
    server.answer(2, 'x');
    server.expectBody();
    expect(() => server.verify()).toThrow('Nobody expected');
  });
  expect.assertions(3);
});

it('says so when there is nothing to answer', () => {
  stage(({ server }) =>
    expect(() => server.answer(7, 'x')).toThrow('There is no open request 7; open: none'),
  );
  expect.assertions(1);
});

it('gives each request into the hands of the test', () => {
  const events = stage(({ server, post }) => {
    post(1);
    post(2);
    server.expectBody(({ attrs }) => attrs['rid'] === '2').answer('two');
    server.expectBody().fail(502);
    expect(() => server.verify()).not.toThrow();
  });
  expect(events.filter((event) => event.includes('200') || event.includes('502'))).toEqual([
    '0: 2 200 two',
    '0: 1 502 <html><h1>502</h1></html>',
  ]);
});

it('drops connections, and takes its time', () => {
  const events = stage(({ server, post }) => {
    post(1);
    post(2);
    server.latency(30);
    server.answer(1, 'one');
    expect(() => server.answer(1, 'again')).toThrow('There is no open request 1');
    expect(server.open.map(({ rid }) => rid)).toEqual([1, 2]);
    server.drop(2);
  });
  expect(events).toEqual(['0: 1 uploaded', '0: 2 network', '30: 1 200 one', '30: 1 complete']);
});
