import { memoryStorage } from 'rxmpp/testing';
import { fenceAt, raiseFence, sweepFences } from '../../lib/session/fence.js';

const DAY = 86_400_000;

describe('a fence', () => {
  it('says how far a session has come', () => {
    const storage = memoryStorage();
    expect(fenceAt(storage, 'k:gen:a')).toBe(0);
    raiseFence(storage, 'k:gen:a', 7, 1000);
    raiseFence(storage, 'k:gen:a', 8, 2000);
    expect(fenceAt(storage, 'k:gen:a')).toBe(8);
  });

  it.each(['', 'x', '-', '{}'])('that reads %j is none', (text) => {
    expect(fenceAt(memoryStorage({ f: text }), 'f')).toBe(0);
  });

  it('is none where nothing is shared, or nothing can be read', () => {
    const storage = memoryStorage({ f: '7 0' });
    storage.failOn('getItem');
    expect([fenceAt(undefined, 'f'), fenceAt(storage, 'f')]).toEqual([0, 0]);
  });

  it('that a closed tab has left is removed after a day, and nothing else is', () => {
    const now = 10 * DAY;
    const storage = memoryStorage({
      'k:gen:old': `3 ${now - DAY - 1}`,
      'k:gen:young': `3 ${now - DAY}`,
      'k:gen:strange': 'x',
      'k2:gen:old': '3 0',
      other: '3 0',
    });
    sweepFences({ storage, prefix: 'k:gen:', nameOf: () => '' }, now);
    expect([...storage.keys()].sort()).toEqual(['k2:gen:old', 'k:gen:strange', 'k:gen:young', 'other']);
  });
});
