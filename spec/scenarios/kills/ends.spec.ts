import { StropheSessionError } from 'rxmpp';
import { atEveryStep, KEY, recordIn, text } from './support/pages.js';
import { ROMEO } from '../support/stage.js';

const thrownBy = (work: () => void): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('a page that dies while it says goodbye', () => {
  it('has it said once by the next page, which finds no session', () => {
    const outcomes = new Set<string>();
    atEveryStep(({ world, domain, login, open, pass, received }, dies) => {
      const page = login();
      dies(page);
      page.client.send(text('last words'));
      page.client.disconnect();
      pass(40);
      page.kill();
      const kept = recordIn(world) as Readonly<Record<string, unknown>> | null;
      const wasClosing = kept?.['st'] === 'closing';
      const next = open();
      const error = thrownBy(() => next.client.restore());
      pass(2000);
      if (error === undefined) {
        // It had not begun to: this is a reload like any other.
        outcomes.add('restored');
        expect([wasClosing, next.status.type]).toEqual([false, 'online']);
        return;
      }
      outcomes.add('ended');
      expect(error).toMatchObject({ name: 'StropheSessionError', condition: 'no-session' });
      expect(domain.sessions).toEqual([]);
      expect(received()).toEqual(['last words']);
      expect(domain.received(ROMEO.jid).filter(({ name }) => name === 'presence').length).toBeLessThan(2);
      next.client.connect(ROMEO);
      pass(500);
      expect(next.status).toMatchObject({ type: 'online', how: 'connected' });
      expect(
        world.storage
          .keys()
          .map((key) => key.replace(/\d+$/, ''))
          .sort(),
      ).toEqual([KEY, `${KEY}:f:`]);
    });
    expect(outcomes).toEqual(new Set(['restored', 'ended']));
  });
});

describe('a page that dies while it logs in', () => {
  it('leaves either nothing or a session that can be restored', () => {
    const outcomes: string[] = [];
    atEveryStep(({ world, open, pass }, dies) => {
      const page = open();
      dies(page);
      page.client.connect(ROMEO);
      pass(500);
      page.kill();
      const next = open();
      const kept = world.storage.keys().includes(KEY);
      const error = thrownBy(() => next.client.restore());
      if (!kept) {
        expect(error).toBeInstanceOf(StropheSessionError);
        expect(error).toMatchObject({ condition: 'no-session' });
        next.client.connect(ROMEO);
      }
      pass(1000);
      expect(next.status).toMatchObject({ type: 'online', how: kept ? 'restored' : 'connected' });
      outcomes.push(kept ? 'restored' : 'connected');
    });
    expect([...outcomes].sort()).toEqual(outcomes);
    expect(new Set(outcomes)).toEqual(new Set(['connected', 'restored']));
  });
});

describe('a session that follows another one', () => {
  it('sends nothing of what the one before had sent, wherever that page died', () => {
    atEveryStep(({ world, login, reload, pass, received }, dies) => {
      const page = login();
      page.client.send([text('one'), text('two')]);
      dies(page);
      pass(300);
      page.kill();
      const next = reload();
      pass(1000);
      next.client.disconnect();
      pass(1000);
      expect(world.storage.keys()).toEqual([]);
      next.client.connect(ROMEO);
      pass(500);
      next.kill();
      reload();
      pass(1000);
      expect(received()).toEqual(['one', 'two']);
    });
  });

  it('sends nothing of the one before either when that was never restored', () => {
    atEveryStep(({ login, reload, pass, received }, dies) => {
      const page = login();
      page.client.send([text('one'), text('two')]);
      dies(page);
      pass(300);
      page.kill();
      const before = received().length;
      const next = login();
      next.kill();
      reload();
      pass(1000);
      expect(received()).toHaveLength(before);
    });
  });
});
