/** An argument that may be left out; null leaves it out too. */
export type Maybe<T> = T | null | undefined;
