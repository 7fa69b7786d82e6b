import { logIn, ping, stage, type Sent } from './support/hand.js';

const refused = (options: Parameters<typeof stage>[0], content: string, gapMs: number): boolean => {
  let second: Sent | undefined;
  stage(options, (set) => {
    logIn(set);
    set.at(10_000, () => set.hand.send());
    set.at(10_000 + gapMs, () => (second = set.hand.send(content)));
  });
  return second?.body.attrs['condition'] === 'policy-violation';
};

describe('too many empty requests', () => {
  it('end the session when they come within polling', () => {
    expect(refused({}, '', 4_999)).toBe(true);
    expect(refused({}, '', 5_000)).toBe(false);
  });

  it('are allowed where the server is known not to care, or names no limit', () => {
    expect(refused({ manner: { overactivity: false } }, '', 1)).toBe(false);
    expect(refused({ bosh: { polling: undefined } }, '', 1)).toBe(false);
  });

  it('are not those that carry something', () => {
    expect(refused({}, ping('p'), 1)).toBe(false);
  });
});

describe('a polling session', () => {
  const conditions = (gapMs: number): readonly (string | undefined)[] => {
    const sent: Sent[] = [];
    stage({}, ({ hand, at }) => {
      at(0, () => hand.create({ wait: 0 }));
      for (let n = 1; n <= 3; n += 1) at(n * gapMs, () => sent.push(hand.send()));
    });
    return sent.map(({ body }) => body.attrs['condition']);
  };

  it('must leave time between empty requests', () => {
    expect(conditions(1000)).toEqual([undefined, 'policy-violation', 'item-not-found']);
    expect(conditions(5000)).toEqual([undefined, undefined, undefined]);
  });
});
