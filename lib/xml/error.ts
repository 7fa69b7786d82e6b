/**
 * Everything this library throws or emits as an error.
 *
 * `condition` is the machine-readable reason, spelled as on the wire where the wire has one; `retryable` says whether the
 * same thing may work if tried again later; `message` is for people and may change; `cause` keeps what was underneath.
 * Match on `name` and `condition`: `instanceof` fails where two copies of the package meet.
 */
export abstract class XmppError<Condition extends string = string> extends Error {
  abstract override readonly name: string;

  constructor(
    readonly condition: Condition,
    message: string,
    readonly retryable = false,
    options?: ErrorOptions,
  ) {
    super(`${message} (${condition})`, options);
  }
}

/**
 * A text that is not XML as XMPP allows it (RFC 6120 §11), or is larger than the limits.
 *
 * Conditions: `not-well-formed`, `restricted-xml` (DTD, processing instruction, comment, undeclared entity),
 * `policy-violation` (a limit).
 */
export class XmlError extends XmppError {
  override readonly name = 'XmlError';
}

/** A call that can't be right, whatever the server says: a string given to `send`, an empty jid. */
export class UsageError extends XmppError {
  override readonly name = 'UsageError';
}
