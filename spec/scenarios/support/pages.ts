import { type ClientOptions, prebind, type Prebound } from 'rxmpp';
import type { MemoryStorage } from 'rxmpp/testing';
import { type Actor, type DomainStage, ROMEO, type Stage, URL } from './stage.js';

export const KEY = 'strophe-bosh-session';

/** The texts of the messages that a client has been given. */
export const heard = ({ stanzas }: Actor) =>
  stanzas.filter(({ name }) => name === 'message').map((stanza) => stanza.child('body')?.text);

/** The kept session as it can be read. */
export const recordIn = (storage: MemoryStorage): Readonly<Record<string, unknown>> | undefined => {
  const text = storage.snapshot()[KEY];
  return text === undefined ? undefined : (JSON.parse(text) as Readonly<Record<string, unknown>>);
};

/** A page dies, at this instant and without a word; what it has kept is there for the next one. */
export const kill = (page: Actor): MemoryStorage => {
  const storage = page.storage.clone();
  page.client.close();
  return storage;
};

/** A page with what another one has kept. */
export const nextPage = (
  { actor }: Pick<Stage, 'actor'>,
  storage: MemoryStorage,
  options: ClientOptions = {},
): Actor => actor({ keepalive: true, storage, ...options });

/** A session opened by somebody who is trusted with the password, as a server would for its page. */
export const prebound = ({ surroundings, pass }: DomainStage): Prebound => {
  const given: Prebound[] = [];
  prebind(URL, { ...ROMEO, platform: surroundings().platform }).subscribe((tokens) => given.push(tokens));
  pass(1000);
  expect(given).toHaveLength(1);
  return given[0]!;
};
