import { LimitError, TransportError } from '../../lib/protocol/errors.js';
import {
  answer,
  body,
  containing,
  like,
  message,
  online,
  opening,
  opened,
  RID,
  ridsOf,
  terminate,
  uploaded,
} from './support/bosh.js';
import type { Play } from './support/player.js';

const POLL = RID + 1;
const DATA = POLL + 1;
const IDS = ['a', 'b', 'c', 'd', 'e'];

const idsIn = (text: string | undefined): string =>
  [...(text ?? '').matchAll(/<message [^>]*id="(\w)"/g)].map(([, id]) => id).join('');

/** The latest post of a request. */
const latest = (play: Play, rid: number) =>
  play
    .all('post')
    .filter((post) => post.rid === rid)
    .at(-1);

/** A session with five stanzas on their way in one request. */
const loaded = () => {
  const play = online();
  play.send(...IDS.map(message));
  uploaded(play, DATA);
  return play;
};

describe('a request that is refused as too large', () => {
  it('goes again under its own rid with half of its stanzas, and the others follow in order', () => {
    const play = loaded();
    answer(play, DATA, '<html>Too large</html>', 413);
    expect(play.all('putBack')).toEqual([like({ rid: DATA, kept: 2, status: 413 })]);
    play.later(250);
    expect(latest(play, DATA)).toMatchObject({ attempt: 2, body: containing('sid="s1"') });
    expect(idsIn(latest(play, DATA)?.body)).toBe('ab');
    answer(play, POLL);
    uploaded(play, DATA);
    play.later(30);
    expect(idsIn(latest(play, DATA + 1)?.body)).toBe('cde');
    expect(play.state()).toMatchObject({ moved: 5, phase: 'open' });
  });

  it('is halved again and again, down to one stanza', () => {
    const play = loaded();
    answer(play, DATA, '', 413);
    play.later(250);
    answer(play, DATA, '', 413);
    play.later(250);
    expect(idsIn(latest(play, DATA)?.body)).toBe('a');
    expect(play.queue().map(({ n }) => n)).toEqual([2, 3, 4, 5]);
  });

  it('ends the session when it is one stanza, which was surely not sent', () => {
    const play = online();
    play.send(message('a'));
    answer(play, DATA, '', 413);
    expect(play.all('closed')).toEqual([
      like({
        error: like({ name: 'TransportError', condition: 'too-large', status: 413, retryable: false }),
        leftovers: { uncertain: [], undispatched: [] },
      }),
    ]);
    expect(
      idsIn(
        play
          .queue()
          .map(({ xml }) => xml)
          .join(''),
      ),
    ).toBe('a');
  });

  it('ends the session when a later request would overtake what goes back', () => {
    const play = loaded();
    answer(play, POLL);
    play.send(message('f'));
    expect(latest(play, DATA + 1)).toBeDefined();
    answer(play, DATA, '', 413);
    expect(play.all('closed')).toEqual([like({ error: like({ condition: 'too-large' }) })]);
    expect(
      idsIn(
        play
          .queue()
          .map(({ xml }) => xml)
          .join(''),
      ),
    ).toBe('abcde');
  });

  it('is halved for a 403 too, once the server has said that twice', () => {
    const play = loaded();
    answer(play, DATA, '', 403);
    play.later(250);
    expect(latest(play, DATA)?.attempt).toBe(2);
    expect(idsIn(latest(play, DATA)?.body)).toBe('abcde');
    answer(play, DATA, '', 403);
    play.later(250);
    expect(idsIn(latest(play, DATA)?.body)).toBe('ab');
    expect(play.state().flights.find(({ rid }) => rid === DATA)?.suspect).toBe(false);
  });

  it('ends the session with policy-violation when one stanza is refused so', () => {
    const play = online();
    play.send(message('a'));
    answer(play, DATA, '', 403);
    play.later(250);
    answer(play, DATA, '', 403);
    expect(play.all('closed')).toEqual([
      like({ error: like({ condition: 'policy-violation', status: 403 }) }),
    ]);
  });

  it('is only trouble on the way when it is empty', () => {
    const play = online();
    answer(play, POLL, '', 413);
    expect(ridsOf(play.later(200))).toEqual([POLL]);
    answer(play, POLL);
    expect(play.all('closed')).toEqual([]);
  });

  it('ends an opening', () => {
    const play = opening();
    answer(play, RID, '', 413);
    expect(play.all('closed')).toEqual([like({ error: like({ condition: 'too-large' }) })]);
  });

  it('is believed at once of a manager that says no version', () => {
    const play = opened('wait="60" hold="1" requests="2" inactivity="30"');
    play.tell({ type: 'online', jid: 'user@example.com/here', polling: true });
    uploaded(play, POLL);
    play.send(...IDS.map(message));
    answer(play, DATA, '', 413);
    expect(play.all('closed')).toEqual([like({ error: like({ condition: 'too-large' }) })]);
  });

  it('is forgotten when the session has ended meanwhile', () => {
    const play = loaded();
    answer(play, DATA, terminate('system-shutdown'));
    expect(play.tell({ type: 'lightened', rid: DATA, kept: 2, status: 413 })).toEqual([]);
    const other = loaded();
    expect(other.tell({ type: 'lightened', rid: 5, kept: 2, status: 413 })).toEqual([]);
  });
});

describe('an answer that is more than the limits allow', () => {
  const limits = { maxLength: 1000, maxDepth: 5, maxAttributes: 12, maxElements: 20 };
  const bounded = () => online(undefined, { limits });

  it.each([
    ['too long', body(`<message>${'x'.repeat(1000)}</message>`)],
    ['too deep', body('<a>'.repeat(10) + '</a>'.repeat(10))],
    ['of too many elements', body('<a/>'.repeat(30))],
    ['of too many attributes', body(`<a ${Array.from({ length: 13 }, (_, i) => `a${i}=""`).join(' ')}/>`)],
  ])('%s ends the session with a goodbye, since it would come again', (_, text) => {
    const play = bounded();
    answer(play, POLL, text);
    expect(play.given).toEqual([]);
    expect(latest(play, POLL + 1)?.body).toContain('type="terminate"');
    answer(play, POLL + 1, terminate());
    expect(play.all('closed')).toEqual([
      like({ error: like({ name: 'LimitError', condition: 'answer-too-large', retryable: false }) }),
    ]);
  });

  it('ends an opening without a word', () => {
    const play = opening({ limits });
    answer(play, RID, body('<a/>'.repeat(30), 'sid="s1"'));
    expect(play.all('closed')).toEqual([like({ error: like({ condition: 'answer-too-large' }) })]);
    expect(play.all('post')).toHaveLength(1);
  });

  it('is no page of a proxy, whatever it weighs beyond XML', () => {
    const play = bounded();
    answer(play, POLL, '<!DOCTYPE html><title>Sign in</title>');
    expect(ridsOf(play.later(200))).toEqual([POLL]);
  });
});

it('an answer that the network itself refuses to take in ends the session with a goodbye', () => {
  const play = online();
  const { attempt } = play.all('post').at(-1)!;
  const error = new LimitError('answer-too-large', 'An answer is too large');
  play.tell({ type: 'failed', rid: POLL, attempt, error });
  expect(latest(play, POLL + 1)?.body).toContain('type="terminate"');
});

it('what can not be repeated ends the session at once', () => {
  const play = online();
  const post = play.all('post').at(-1)!;
  play.tell({
    ...{ type: 'failed', rid: POLL, attempt: post.attempt },
    error: new TransportError('http', 'It went elsewhere', 200, 'redirected'),
  });
  expect(play.all('closed')).toEqual([like({ error: like({ condition: 'redirected' }) })]);
});
