import * as NS from '../protocol/ns.js';
import { negotiate } from './bosh-parameters.js';
import { createBoshSession, type BoshSession } from './bosh-session.js';
import { terminateBody } from './body.js';
import type { Exchange } from './connection.js';
import type { StreamHost } from './stream.js';

/** The HTTP end of a connection manager: makes sessions and finds the one a request is for (XEP-0124 §7). */
export interface BoshEndpoint {
  readonly sessions: readonly BoshSession[];
  receive(exchange: Exchange): void;
}

export const createBoshEndpoint = (host: StreamHost): BoshEndpoint => {
  const { settings } = host;
  const sessions = new Map<string, BoshSession>();
  const lastWords = new Map<string, string>();

  const create = (exchange: Exchange, rid: number): void => {
    const { body } = exchange.request;
    const { to = '' } = body.attrs;
    if (to === '') {
      exchange.answer(terminateBody('improper-addressing'));
      return;
    }
    if (to !== settings.domain) {
      exchange.answer(terminateBody(settings.manner.unknownHost));
      return;
    }
    const negotiated = negotiate(body, settings.bosh);
    if (!negotiated) {
      exchange.answer(terminateBody('bad-request'));
      return;
    }
    const sid = settings.ids('sid');
    const announced = {
      ...{ sid, from: settings.domain, 'xmpp:version': '1.0', 'xmpp:restartlogic': true },
      ...negotiated.announced,
    };
    const onEnd = (words?: string): void => {
      sessions.delete(sid);
      if (words !== undefined) lastWords.set(sid, words);
    };
    const session = createBoshSession({ ...host, sid, rid, parameters: { ...negotiated, announced }, onEnd });
    sessions.set(sid, session);
    session.open(exchange);
  };

  const refuse = (exchange: Exchange, sid: string): void => {
    const words = lastWords.get(sid);
    lastWords.delete(sid);
    if (words !== undefined) exchange.answer(words);
    else if (settings.manner.unknownSid === 404) exchange.answer('', 404);
    else exchange.answer(terminateBody('item-not-found'));
  };

  return {
    get sessions() {
      return [...sessions.values()];
    },
    receive(exchange) {
      const { body, rid, sid } = exchange.request;
      const isBody = body.name === 'body' && body.ns === NS.HTTPBIND;
      if (!isBody || rid === undefined) exchange.answer(terminateBody('bad-request'));
      else if (sid === undefined) create(exchange, rid);
      else {
        const session = sessions.get(sid);
        if (session) session.receive(exchange, rid);
        else refuse(exchange, sid);
      }
    },
  };
};
