/** Bytes that look random and are the same in every run. */
export const seededBytes = (seed: number): ((count: number) => Uint8Array) => {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  };
  return (count) => Uint8Array.from({ length: count }, next);
};
