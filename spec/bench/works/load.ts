/** Loads a contender by name: it is found beside the bundled program, not here. */
export const load = <T>(name: string): Promise<T> => import(name) as Promise<T>;
