import type { Subscription } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { body, type BodyAttributes } from '../../../lib/testing/body.js';
import { createDomain, type Domain } from '../../../lib/testing/domain.js';
import type { DomainOptions } from '../../../lib/testing/options.js';
import type { XmlElement } from '../../../lib/xml/element.js';
import { parse } from '../../../lib/xml/parse.js';

/** What came back to one request: the time of the upload, and of the answer or the failure. */
export interface Sent {
  readonly uploadedAt: number | undefined;
  readonly at: number | undefined;
  readonly status: number | undefined;
  readonly text: string;
  /** The answer parsed. Throws where there is none. */
  readonly body: XmlElement;
  readonly error: unknown;
  abort(): void;
}

/** A client that is a pair of hands: every request is written by the spec. */
export interface Hand {
  /** POSTs a text. */
  post(text: string): Sent;
  /** The creation request, as a well-behaved client writes it. */
  create(attributes?: BodyAttributes): Sent;
  /** A body of the session created last, with the next rid unless `attributes` says otherwise. */
  send(children?: string, attributes?: BodyAttributes): Sent;
  readonly sid: string;
  /** The rid that `send` uses next. */
  rid: number;
}

const FIRST_RID = 1000;

export const createHand = (domain: Domain, scheduler: TestScheduler): Hand => {
  let sid = '';
  const post = (text: string): Sent => {
    const sent: { -readonly [Key in keyof Sent]: Sent[Key] } = {
      ...{ uploadedAt: undefined, at: undefined, status: undefined, text: '', error: undefined },
      get body() {
        return parse(this.text);
      },
      abort: () => subscription.unsubscribe(),
    };
    const request = { url: domain.url, body: text, headers: {}, withCredentials: false };
    const subscription: Subscription = domain.http(request).subscribe({
      next(event) {
        if (event.type === 'uploaded') sent.uploadedAt = scheduler.now();
        else Object.assign(sent, { at: scheduler.now(), status: event.status, text: event.body });
        if (event.type === 'response') sid = /<body[^>]* sid="([^"]+)"/.exec(event.body)?.[1] ?? sid;
      },
      error: (error: unknown) => Object.assign(sent, { at: scheduler.now(), error }),
    });
    return sent;
  };
  const hand: Hand = {
    post,
    rid: FIRST_RID,
    get sid() {
      return sid;
    },
    create(attributes = {}) {
      const standard = { to: 'example.com', 'xml:lang': 'en', ver: '1.11', wait: 60, hold: 1 };
      hand.rid += 1;
      return post(body({ rid: hand.rid - 1, ...standard, 'xmpp:version': '1.0', ...attributes }));
    },
    send(children = '', attributes = {}) {
      if (attributes['rid'] === undefined) hand.rid += 1;
      return post(body({ rid: hand.rid - 1, sid, ...attributes }, children));
    },
  };
  return hand;
};

export interface Stage {
  readonly domain: Domain;
  readonly hand: Hand;
  readonly scheduler: TestScheduler;
  /** Does the work at that virtual time. Work for one time is done in the order it was given. */
  at(ms: number, work: () => void): void;
}

/** A spec in virtual time: a domain with the users romeo and juliet, and hands. Says what happens when; expects afterwards. */
export const stage = (options: DomainOptions, play: (stage: Stage) => void): void => {
  const scheduler = new TestScheduler(() => undefined);
  scheduler.run(() => {
    const users = { romeo: 'montague', juliet: 'capulet' };
    const domain = createDomain({ scheduler, users, ...options });
    const at = (ms: number, work: () => void): void => void scheduler.schedule(work, ms - scheduler.now());
    play({ domain, hand: createHand(domain, scheduler), scheduler, at });
  });
};

const SASL = 'urn:ietf:params:xml:ns:xmpp-sasl';

/** `<auth/>` for PLAIN. */
export const plainAuth = (node: string, password: string): string =>
  `<auth xmlns="${SASL}" mechanism="PLAIN">${btoa(`\0${node}\0${password}`)}</auth>`;

export const bindIq = (resource?: string): string => {
  const asked = resource === undefined ? '' : `<resource>${resource}</resource>`;
  return `<iq xmlns="jabber:client" type="set" id="bind"><bind xmlns="urn:ietf:params:xml:ns:xmpp-bind">${asked}</bind></iq>`;
};

/** Logs a hand in over the next four milliseconds; works at any latency of 0. Done at `startMs` + 4. */
export const logIn = ({ hand, at }: Stage, startMs = 0, user = 'romeo', resource?: string): void => {
  const password = { romeo: 'montague', juliet: 'capulet' }[user] ?? '';
  at(startMs, () => hand.create());
  at(startMs + 1, () => hand.send(plainAuth(user, password)));
  at(startMs + 2, () => hand.send('', { 'xmpp:restart': true, to: 'example.com' }));
  at(startMs + 3, () => hand.send(bindIq(resource)));
};

export const message = (text: string, to?: string): string =>
  `<message xmlns="jabber:client"${to === undefined ? '' : ` to="${to}"`} type="chat"><body>${text}</body></message>`;

export const ping = (id: string, to?: string): string =>
  `<iq xmlns="jabber:client" type="get" id="${id}"${to === undefined ? '' : ` to="${to}"`}><ping xmlns="urn:xmpp:ping"/></iq>`;
