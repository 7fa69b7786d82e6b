const START =
  'A-Z_a-z\\xC0-\\xD6\\xD8-\\xF6\\xF8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C\\u200D\\u2070-\\u218F\\u2C00-\\u2FEF' +
  '\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD\\u{10000}-\\u{EFFFF}';
const NAME = `[${START}][-.0-9\\xB7\\u0300-\\u036F\\u203F\\u2040${START}]*`;
const LOCAL_NAME = new RegExp(`^${NAME}$`, 'u');
const QUALIFIED_NAME = new RegExp(`^(?:${NAME}:)?${NAME}$`, 'u');

/** What nearly all names are. The other expressions are so large that they take a while. */
const PLAIN_NAME = /^[A-Za-z_][\w.-]*$/;
const PLAIN_QUALIFIED_NAME = /^(?:[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*$/;

/** Whether the text can be the name of an element: an NCName (Namespaces in XML 1.0 §3). */
export const isLocalName = (text: string): boolean => PLAIN_NAME.test(text) || LOCAL_NAME.test(text);

/** Whether the text can be the name of an attribute: a QName (Namespaces in XML 1.0 §4). */
export const isQualifiedName = (text: string): boolean =>
  PLAIN_QUALIFIED_NAME.test(text) || QUALIFIED_NAME.test(text);

/** The namespace that the prefix `xml` always has. */
export const XML_NS = 'http://www.w3.org/XML/1998/namespace';
