/** Takes an item out of a list; false where it is not in it. For what is few at a time, and comes and goes with every request, a list costs less than a set. */
export const removeFrom = <T>(list: T[], item: T): boolean => {
  const index = list.indexOf(item);
  if (index >= 0) list.splice(index, 1);
  return index >= 0;
};
