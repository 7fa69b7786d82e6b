import { decodeBase64, encodeBase64 } from './base64.js';
import { type Phase, type SaslStep, succeed, unexpected } from './sasl-step.js';

/** The app's own mechanism is asked for its first words. */
export const startOwn = (mechanism: string): SaslStep => ({
  state: { phase: 'own', mechanism, asked: 'begin' },
  effect: { type: 'ask', mechanism, question: { type: 'begin' } },
});

/** It is asked one thing at a time: a server that does not wait for the answer breaks the rules (RFC 6120 §6.4.3). */
export const ask = (state: Phase<'own'>, type: 'challenge' | 'success', data: string): SaslStep => {
  const bytes = decodeBase64(data === '=' ? '' : data);
  if (state.asked || !bytes) return unexpected(type);
  const { mechanism } = state;
  return {
    state: { ...state, asked: type },
    effect: { type: 'ask', mechanism, question: { type, data: bytes } },
  };
};

/** Its answer. Empty first words are not the same as none, and written as '=' (RFC 6120 §6.4.2). */
export const reply = (state: Phase<'own'>, said: Uint8Array | undefined): SaslStep => {
  const { asked, mechanism } = state;
  const data = said ? encodeBase64(said) : '';
  const next = { ...state, asked: undefined };
  switch (asked) {
    case 'begin':
      return { state: next, effect: { type: 'initial', mechanism, data: said ? data || '=' : '' } };
    case 'challenge':
      return { state: next, effect: { type: 'respond', data } };
    case 'success':
      return succeed();
    case undefined:
      return unexpected('replied');
  }
};
