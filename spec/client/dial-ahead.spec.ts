import { EMPTY, NEVER, Observable, type Observer, Subject, switchMap } from 'rxjs';
import { dialAhead } from '../../lib/client/dial-ahead.js';
import type { WebSocketPort } from '../../lib/client/platform-web-socket.js';
import { TransportError } from '../../lib/protocol/errors.js';
import type { WebSocketEvent } from '../../lib/protocol/web-socket.js';

const REQUEST = { url: 'wss://example.com/xmpp', protocols: ['xmpp'] };
const OPEN: WebSocketEvent = { type: 'open', protocol: 'xmpp', send: () => undefined };
const said = (text: string): WebSocketEvent => ({ type: 'message', text });

/** A port whose connections are played by hand. */
const byHand = () => {
  const sockets: Subject<WebSocketEvent>[] = [];
  const port: WebSocketPort = () =>
    new Observable((subscriber) => {
      const socket = new Subject<WebSocketEvent>();
      sockets.push(socket);
      return socket.subscribe(subscriber);
    });
  return { port, sockets };
};

const listening = () => {
  const heard: unknown[] = [];
  const observer: Observer<unknown> = {
    next: (event) => heard.push(event),
    error: (cause) => heard.push(cause),
    complete: () => heard.push('complete'),
  };
  return { heard, observer };
};

describe('a connection that is made ahead', () => {
  it('stands before anybody asks for it; what it has said by then waits', () => {
    const { port, sockets } = byHand();
    const { heard, observer } = listening();
    const planned$ = new Subject<void>();
    dialAhead(port, REQUEST, (webSocket) => {
      planned$.pipe(switchMap(() => webSocket(REQUEST))).subscribe(observer);
      return NEVER;
    }).subscribe();
    expect(sockets).toHaveLength(1);
    sockets[0]!.next(OPEN);
    planned$.next();
    sockets[0]!.next(said('hello'));
    planned$.complete();
    sockets[0]!.complete();
    expect(heard).toEqual([OPEN, said('hello'), 'complete']);
    expect(sockets).toHaveLength(1);
  });

  it('is followed by others that are made when they are asked for', () => {
    const { port, sockets } = byHand();
    const { heard, observer } = listening();
    dialAhead(port, REQUEST, (webSocket) => {
      webSocket(REQUEST).subscribe(observer);
      webSocket(REQUEST).subscribe(observer);
      return NEVER;
    }).subscribe();
    expect(sockets).toHaveLength(2);
    sockets[1]!.next(said('second'));
    sockets[0]!.next(said('first'));
    expect(heard).toEqual([said('second'), said('first')]);
  });

  it('that fails says so to whoever asks', () => {
    const { port, sockets } = byHand();
    const { heard, observer } = listening();
    const error = new TransportError('network', 'It could not be made');
    dialAhead(port, REQUEST, (webSocket) => {
      sockets[0]!.error(error);
      webSocket(REQUEST).subscribe(observer);
      return NEVER;
    }).subscribe();
    expect(heard).toEqual([error]);
  });

  it.each([
    ['when nobody asks for it in the end', () => EMPTY],
    ['when planning fails', () => new Observable((subscriber) => subscriber.error(new Error('no')))],
    ['when it is called off', () => NEVER],
  ])('is closed %s', (_, use) => {
    const { port, sockets } = byHand();
    const { observer } = listening();
    dialAhead<unknown>(port, REQUEST, use).subscribe(observer).unsubscribe();
    expect(sockets.map(({ observed }) => observed)).toEqual([false]);
  });

  it('is closed by whoever has asked for it', () => {
    const { port, sockets } = byHand();
    dialAhead(port, REQUEST, (webSocket) => {
      webSocket(REQUEST).subscribe().unsubscribe();
      return NEVER;
    }).subscribe();
    expect(sockets[0]!.observed).toBe(false);
  });

  it('is made once it is subscribed to, not before', () => {
    const { port, sockets } = byHand();
    const session$ = dialAhead(port, REQUEST, () => NEVER);
    expect(sockets).toEqual([]);
    session$.subscribe();
    expect(sockets).toHaveLength(1);
  });
});
