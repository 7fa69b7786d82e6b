import type { Status } from 'rxmpp';
import { type DomainOptions, serverProfiles } from 'rxmpp/testing';
import { heard, onPages, text } from './support/pages.js';

interface Outcome {
  /** The step of the second page that was not done any more. */
  readonly last: string | undefined;
  readonly status: Status;
  readonly received: readonly (string | undefined)[];
  readonly heard: readonly string[];
  readonly sent: readonly string[];
}

/** A page dies; the next one dies too, before its nth step; the third one restores. Something is said to the dead ones. */
const dieTwice = (step: number, options: DomainOptions, quiet: boolean): Outcome => {
  let outcome: Outcome | undefined;
  onPages(({ login, reload, pass, tell, received }) => {
    const first = login();
    first.client.send(text('one'));
    pass(600);
    first.kill();
    if (!quiet) tell('to the first');
    pass(300);
    const second = reload();
    second.fuse.arm((_, n) => n >= step);
    second.client.send(text('two'));
    const sent = second.fuse.blown ? ['one'] : ['one', 'two'];
    pass(400);
    second.kill();
    tell('to the second');
    pass(300);
    const third = reload();
    pass(5_000);
    const all = [first, second, third].flatMap(heard);
    outcome = { last: second.fuse.last, status: third.status, received: received(), heard: all, sent };
  }, options)();
  return outcome!;
};

const everyDeath = (options: DomainOptions, quiet: boolean): readonly Outcome[] => {
  const outcomes: Outcome[] = [];
  for (let step = 1; outcomes.at(-1)?.last !== undefined || step === 1; step++) {
    outcomes.push(dieTwice(step, options, quiet));
  }
  return outcomes;
};

/** The same, without what was marked as heard before. */
const unmarked = ({ heard: all }: Outcome): readonly string[] =>
  all
    .filter((one) => !one.endsWith('*') || !all.includes(one.slice(0, -1)))
    .map((one) => one.replace('*', ''));

const { prosody, ejabberd, mongooseim, openfire } = serverProfiles;
const proxied = { ...prosody, manner: { ...prosody.manner, lostConnection: 'unnoticed' } } as const;

describe.each<readonly [string, DomainOptions]>([
  ['Prosody', prosody],
  ['Prosody behind a proxy that keeps connections', proxied],
  ['ejabberd', ejabberd],
  ['MongooseIM', mongooseim],
])('a page that dies while it restores the one before, on %s', (_, options) => {
  it.each([
    ['to both', false],
    ['to the second only', true],
  ])('loses nothing either way, wherever it dies, when something is said %s', (__, quiet) => {
    const outcomes = everyDeath(options, quiet);
    const said = [...(quiet ? [] : ['to the first']), 'to the second'];
    expect(outcomes.length).toBeGreaterThan(10);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: { type: 'online', how: 'restored' }, received: outcome.sent });
      expect([outcome.last, unmarked(outcome)]).toEqual([outcome.last, said]);
    }
  });
});

describe('a page that dies while it restores the one before, on Openfire', () => {
  const outcomes = everyDeath(openfire, true);

  it('loses nothing of its own: it is sent, or handed back when the session is over', () => {
    for (const { status, received, sent } of outcomes) {
      const back = status.type === 'failed' ? [...status.uncertain, ...status.unsent] : [];
      const ids = [...received, ...back.map(({ attrs: { id } }) => id)];
      expect(ids).toEqual(expect.arrayContaining([...sent]));
      expect(received).toEqual([...new Set(received)]);
    }
  });

  it('may lose what was said to it meanwhile, since Openfire repeats an empty answer for ever', () => {
    const lost = outcomes
      .filter(({ status }) => status.type === 'online')
      .filter((one) => unmarked(one).length < 1);
    expect(lost.length).toBeGreaterThan(0);
    expect(lost.length).toBeLessThan(outcomes.length);
  });
});
