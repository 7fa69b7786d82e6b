import type { XmlElement } from './element.js';
import { UsageError } from './error.js';

/** One step of a selector, such as `> name[attribute="value"]`. */
interface Step {
  /** Tag name; undefined for any. */
  readonly name: string | undefined;
  readonly tests: readonly Test[];
  /** What an element above must match: its parent if `isChild`, else any. */
  readonly above: Step | undefined;
  readonly isChild: boolean;
}

interface Test {
  readonly attribute: string;
  /** undefined: the attribute need only be there. */
  readonly value: string | undefined;
}

const TEST = /\[\s*([\w:-]+)\s*(?:=\s*(?:"([^"]*)"|'([^']*)'|([\w-]+))\s*)?\]/g;
const STEP = new RegExp(`(^|\\s*[>,]\\s*|\\s+)(\\*|[\\w-]+)?((?:${TEST.source})*)`, 'y');

/** All elements within, in document order. */
export function descendants(parent: XmlElement, found: XmlElement[] = []): readonly XmlElement[] {
  for (const child of parent.children) {
    found.push(child);
    descendants(child, found);
  }
  return found;
}

/** A test for elements of that name and namespace; `*` for any. */
export const isNamed =
  (name: string, ns: string) =>
  (found: XmlElement): boolean =>
    (name === '*' || found.name === name) && (ns === '*' || found.ns === ns);

/** The descendants of `scope` that match, in document order: what `XmlElement.querySelectorAll` promises. */
export function select(scope: XmlElement, selector: string): readonly XmlElement[] {
  const alternatives = parseSelector(selector);
  const found: XmlElement[] = [];
  const path = [scope];
  const visit = (parent: XmlElement): void => {
    for (const child of parent.children) {
      path.push(child);
      if (alternatives.some((step) => matches(path, path.length - 1, step))) found.push(child);
      visit(child);
      path.pop();
    }
  };
  visit(scope);
  return found;
}

/** The last step of each alternative. */
function parseSelector(selector: string): readonly Step[] {
  const text = selector.trim();
  const pattern = new RegExp(STEP);
  const alternatives: Step[] = [];
  do {
    const [, combinator = '', name, tests = ''] = pattern.exec(text) ?? [];
    if (name === undefined && tests === '') throw unsupported(selector);
    const above = combinator.includes(',') ? undefined : alternatives.pop();
    const isChild = combinator.includes('>');
    alternatives.push({ name: name === '*' ? undefined : name, tests: parseTests(tests), above, isChild });
  } while (pattern.lastIndex < text.length);
  return alternatives;
}

function parseTests(tests: string): readonly Test[] {
  return [...tests.matchAll(TEST)].map(([, attribute, double, single, bare]) => ({
    attribute: attribute as string,
    value: double ?? single ?? bare,
  }));
}

/** Whether the element at `path[at]` is what the steps lead to. `path` begins at the scope. */
function matches(path: readonly XmlElement[], at: number, step: Step): boolean {
  const { above, isChild } = step;
  const element = path[at];
  if (element === undefined || !fits(element, step)) return false;
  if (above === undefined) return true;
  if (isChild) return matches(path, at - 1, above);
  return path.slice(0, at).some((_, index) => matches(path, index, above));
}

function fits(element: XmlElement, { name, tests }: Step): boolean {
  if (name !== undefined && element.name !== name) return false;
  return tests.every(({ attribute, value }) => {
    const actual = element.getAttribute(attribute);
    return value === undefined ? actual !== null : actual === value;
  });
}

const unsupported = (selector: string): UsageError =>
  new UsageError(
    'bad-selector',
    `the selector ${JSON.stringify(selector)} is not one of tag names, attributes, ' ', '>', ','`,
  );
