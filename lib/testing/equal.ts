const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** The name of the class: two copies of a class, or of a whole package, may meet. */
export const kindOf = (value: object): string => {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null ? 'Object' : prototype.constructor.name;
};

/** Own enumerable properties, and those of an error that are not enumerable. */
const propertiesOf = (value: object): Readonly<Record<string, unknown>> => {
  const own = Object.entries(value);
  const error = value instanceof Error ? Object.entries({ name: value.name, message: value.message }) : [];
  const items = value instanceof Map || value instanceof Set ? [['items', [...value]] as const] : [];
  const time = kindOf(value) === 'Date' ? [['time', JSON.stringify(value)] as const] : [];
  return Object.fromEntries([...own, ...error, ...items, ...time]);
};

const isDefined = ([, value]: readonly [string, unknown]): boolean => value !== undefined;

/** Whether both have the same structure and the same values; a property that is undefined counts as missing. */
export const isEqual = (one: unknown, other: unknown): boolean => {
  if (Object.is(one, other)) return true;
  if (!isObject(one) || !isObject(other)) return false;
  if (kindOf(one) !== kindOf(other)) return false;
  const left = Object.entries(propertiesOf(one)).filter(isDefined);
  const right = propertiesOf(other);
  if (left.length !== Object.entries(right).filter(isDefined).length) return false;
  return left.every(([key, value]) => Object.hasOwn(right, key) && isEqual(value, right[key]));
};
