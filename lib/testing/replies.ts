/** The answers a session can repeat (XEP-0124 §14.3). */
export interface Replies {
  keep(rid: number, text: string): void;
  find(rid: number): string | undefined;
  /** The client has all answers up to this rid (XEP-0124 §9.2). */
  forget(upTo: number): void;
}

/** Keeps the answers to the `size` highest rids; with acknowledgements, all that are not acknowledged. */
export const createReplies = (size: number, acknowledged: boolean): Replies => {
  let replies: { readonly rid: number; readonly text: string }[] = [];
  let highest = 0;
  const forget = (upTo: number): void => {
    replies = replies.filter(({ rid }) => rid > upTo);
  };
  return {
    forget,
    find: (wanted) => replies.find(({ rid }) => rid === wanted)?.text,
    keep(rid, text) {
      replies = replies.filter((other) => other.rid !== rid).concat({ rid, text });
      highest = Math.max(highest, rid);
      if (!acknowledged) forget(highest - size);
    },
  };
};
