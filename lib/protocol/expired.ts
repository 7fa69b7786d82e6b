import { type SessionError, TransportError } from './errors.js';

const MESSAGE = 'Out of reach for longer than the server keeps a session';

/** The server must have given the session up by its own rules; `cause` is how that turned out. */
export const expired = (status: number, cause: SessionError): TransportError =>
  new TransportError('expired', MESSAGE, status, 'expired', { cause });
