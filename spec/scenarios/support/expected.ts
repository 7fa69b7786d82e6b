/** What a call throws; undefined if nothing. */
export const thrownBy = (call: () => unknown): unknown => {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
};

/** Anything with these fields, somewhere inside of what is expected. */
export const like = (fields: object): unknown => expect.objectContaining(fields);

/** Any text of that form, somewhere inside of what is expected. */
export const textLike = (form: RegExp): unknown => expect.stringMatching(form);
