import { $msg } from '../../lib/xml/build.js';
import { createDomain } from '../../lib/testing/domain.js';

const textsOf = (stanzas: readonly { readonly textContent: string }[]): readonly string[] =>
  stanzas.map(({ textContent }) => textContent);
const say = (to: string, text: string) => $msg({ to }).c('body').t(text).tree();

it('is one for each JID, with a resource of its own', () => {
  const domain = createDomain();
  const juliet = domain.user('juliet@example.com');
  expect(juliet.jid).toBe('juliet@example.com/peer');
  expect(domain.user('juliet@example.com/peer')).toBe(juliet);
  expect(domain.user('muc.example.com').jid).toBe('muc.example.com');
});

it('talks to others and hears them', () => {
  const domain = createDomain();
  const [romeo, juliet] = [domain.user('romeo@example.com'), domain.user('juliet@example.com')];
  const heard: string[] = [];
  juliet.received$.subscribe(({ textContent }) => heard.push(textContent));
  romeo.send(say('juliet@example.com', 'bare'));
  romeo.send(say(juliet.jid, 'full'));
  expect(heard).toEqual(['bare', 'full']);
  expect(textsOf(juliet.received)).toEqual(heard);
  expect(juliet.received[0]?.attrs['from']).toBe(romeo.jid);
});

it('may speak in the name of its domain', () => {
  const domain = createDomain();
  const romeo = domain.user('romeo@example.com');
  domain.user('muc.example.com').send($msg({ from: 'room@muc.example.com/x', to: romeo.jid }).tree());
  expect(romeo.received[0]?.attrs['from']).toBe('room@muc.example.com/x');
});

it('is gone when it leaves', () => {
  const domain = createDomain();
  const [romeo, juliet] = [domain.user('romeo@example.com'), domain.user('juliet@example.com')];
  let isComplete = false;
  juliet.received$.subscribe({ complete: () => (isComplete = true) });
  juliet.leave();
  romeo.send(say(juliet.jid, 'too late'));
  expect(isComplete).toBe(true);
  expect(juliet.received).toEqual([]);
  expect(romeo.received[0]?.attrs['type']).toBe('error');
  expect(domain.user('juliet@example.com')).not.toBe(juliet);
});
