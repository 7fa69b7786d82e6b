import { from, toArray } from 'rxjs';
import type { WireEvent } from 'rxmpp';
import { HANG, refusalsIn } from './hang.js';

const sent = (at: number, xml: string): WireEvent => ({ type: 'sent', at, rid: 0, attempt: 1, xml });
const received = (at: number, xml: string): WireEvent => ({ type: 'received', at, rid: 0, status: 200, xml });

const refusals = (...events: readonly WireEvent[]): readonly string[] => {
  let all: readonly string[] = [];
  refusalsIn(from(events))
    .pipe(toArray())
    .subscribe((found) => (all = found));
  return all;
};

const RESUME = '<resume xmlns="urn:xmpp:sm:3" previd="x" h="1"/>';
const RESUMED = "<resumed previd='x' h='1' xmlns='urn:xmpp:sm:3'/>";

describe('why a server does not go on with a session', () => {
  it('is what it says', () => {
    const failed = `<failed xmlns='urn:xmpp:sm:3'><item-not-found/><text xml:lang='en'>${HANG}</text></failed>`;
    expect(refusals(sent(0, RESUME), received(15_002, failed))).toEqual([HANG]);
  });

  it('is its condition, if it says nothing', () => {
    const failed = "<failed xmlns='urn:xmpp:sm:3'><item-not-found xmlns='urn:x'/></failed>";
    expect(refusals(sent(0, RESUME), received(1, failed))).toEqual(['<failed><item-not-found/></failed>']);
  });

  it('is that it has hung, if it does go on after as long as that takes', () => {
    expect(refusals(sent(5, RESUME), received(14_990, RESUMED))).toEqual([HANG]);
  });

  it('is nothing at all, if it goes on in time', () => {
    expect(
      refusals(
        received(0, '<message/>'),
        sent(50_000, RESUME),
        received(50_003, RESUMED),
        received(90_000, '<message/>'),
      ),
    ).toEqual([]);
  });
});
