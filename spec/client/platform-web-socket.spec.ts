import { TransportError, type WebSocketEvent, webSocketPort, type WebSocketLike } from 'rxmpp';
import { nativeWebSocket } from '../../lib/client/platform-web-socket.js';

/** A WebSocket in the hands of the spec. */
const hand = () => {
  const done: string[] = [];
  const socket: WebSocketLike = {
    onopen: null,
    onmessage: null,
    onclose: null,
    onerror: null,
    protocol: 'xmpp',
    send: (text) => void done.push(`send ${text}`),
    close: (code) => void done.push(`close ${code}`),
  };
  const asked: (readonly [string, readonly string[]])[] = [];
  const port = webSocketPort((url, protocols) => {
    asked.push([url, protocols]);
    return socket;
  });
  return { done, socket, asked, port };
};

type Hand = ReturnType<typeof hand>;
const REQUEST = { url: 'wss://example.com/ws', protocols: ['xmpp'] };

const opened = ({ port, socket }: Hand) => {
  const events: WebSocketEvent[] = [];
  let completed = false;
  const subscription = port(REQUEST).subscribe({
    next: (event) => events.push(event),
    complete: () => (completed = true),
  });
  socket.onopen?.({} as never);
  const [first] = events;
  if (first?.type !== 'open') throw new Error('It did not open');
  return { events, subscription, send: first.send, completed: () => completed };
};

it('opens a socket only when it is asked to', () => {
  const one = hand();
  const request$ = one.port(REQUEST);
  expect(one.asked).toEqual([]);
  request$.subscribe();
  expect(one.asked).toEqual([[REQUEST.url, ['xmpp']]]);
});

it('gives on what happens, and what is said', () => {
  const one = hand();
  const { events, send, completed } = opened(one);
  send('<a/>');
  one.socket.onmessage?.({ data: '<b/>' } as never);
  one.socket.onmessage?.({ data: new ArrayBuffer(1) } as never);
  one.socket.onerror?.({} as never);
  one.socket.onclose?.({ code: 1006, reason: 'gone' } as never);
  expect(events.slice(1)).toEqual([
    { type: 'message', text: '<b/>' },
    { type: 'message', text: undefined },
    { type: 'close', code: 1006, reason: 'gone' },
  ]);
  expect(events[0]).toMatchObject({ protocol: 'xmpp' });
  expect(completed()).toBe(true);
  send('late');
  expect(one.done.filter((word) => word.startsWith('send'))).toEqual(['send <a/>']);
});

it('fails as a network does where the socket is over before it stands', () => {
  const one = hand();
  const errors: unknown[] = [];
  one.port(REQUEST).subscribe({ error: (error: unknown) => errors.push(error) });
  one.socket.onclose?.({ code: 1006, reason: '' } as never);
  expect(errors).toHaveLength(1);
  expect(errors[0]).toBeInstanceOf(TransportError);
  expect(errors[0]).toMatchObject({
    condition: 'network',
    message: expect.stringContaining('1006') as string,
  });
});

it('closes the socket when nobody listens any more, and hears and says nothing after that', () => {
  const one = hand();
  const { subscription, send, events } = opened(one);
  subscription.unsubscribe();
  send('late');
  expect(one.done).toEqual(['close 1000']);
  expect([one.socket.onopen, one.socket.onmessage, one.socket.onclose]).toEqual([null, null, null]);
  expect(one.socket.onerror).not.toBeNull();
  expect(events).toHaveLength(1);
});

it('takes the WebSocket of the runtime', () => {
  const made: unknown[] = [];
  class WebSocket {
    readonly protocol = '';
    constructor(...given: readonly unknown[]) {
      made.push(given);
    }
    close(): void {
      made.push('closed');
    }
  }
  nativeWebSocket({ WebSocket: WebSocket as never })(REQUEST)
    .subscribe()
    .unsubscribe();
  expect(made).toEqual([[REQUEST.url, ['xmpp']], 'closed']);
});

it('says what to do where there is none', () => {
  const errors: unknown[] = [];
  nativeWebSocket({})(REQUEST).subscribe({ error: (error: unknown) => errors.push(error) });
  expect(errors).toMatchObject([{ name: 'TransportError', condition: 'no-web-socket' }]);
  expect(String(errors[0])).toContain('rxmpp/node');
});
