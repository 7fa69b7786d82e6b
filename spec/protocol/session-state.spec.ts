import { TimeoutError } from '../../lib/protocol/errors.js';
import { newSession } from '../../lib/protocol/session.js';
import {
  announce,
  dispatchEarly,
  fail,
  resume,
  settle,
  type SessionState,
} from '../../lib/protocol/session-state.js';
import { element } from '../../lib/xml/element.js';
import { JID } from './support/bosh.js';
import { attach, login, told } from './support/session.js';

const error = new TimeoutError('Too late');
const early = [1, 2].map((rid) => ({ element: element('message', 'jabber:client'), ref: { rid, index: 0 } }));
const settling: SessionState = { ...newSession(login), phase: 'settling', jid: JID, early, wakeAt: 5 };

describe('giving up', () => {
  it('says goodbye to a session of our own', () => {
    const { state, effects } = fail({ ...newSession(login), wakeAt: 5 }, 'auth', error);
    expect(state).toMatchObject({ phase: 'ending', failure: { during: 'auth', error }, wakeAt: undefined });
    expect(told(effects)).toEqual([{ type: 'terminate', elements: [], upTo: 0 }]);
  });

  it('leaves a session alone that may be somebody else’s', () => {
    expect(told(fail(newSession(attach), 'attach', error).effects)).toEqual([{ type: 'detach' }]);
  });
});

it('a login is online when it is committed: the status, then what came early, one by one', () => {
  expect(told(settle(newSession(login), JID, false).effects)).toEqual([
    { type: 'online', jid: JID, polling: false },
  ]);
  const { state, effects } = announce(settling);
  expect(state).toMatchObject({ phase: 'online', wakeAt: undefined, early: [early[1]] });
  expect(effects).toEqual([
    {
      type: 'status',
      status: { type: 'online', how: 'connected', jid: JID, resumed: false, stalled: false },
    },
    { type: 'dispatch', ...early[0] },
  ]);
  expect(dispatchEarly(state)).toEqual({
    state: { ...state, early: [] },
    effects: [{ type: 'dispatch', ...early[1] }],
  });
  expect(announce(state)).toEqual({ state, effects: [] });
});

it('an attach is online at once: the status, then the transport', () => {
  const { effects } = resume({ ...newSession(attach), stalled: true }, JID);
  expect(effects).toEqual([
    { type: 'status', status: { type: 'online', how: 'attached', jid: JID, resumed: true, stalled: true } },
    { type: 'tell', outgoing: { type: 'online', jid: JID, polling: true } },
  ]);
});
