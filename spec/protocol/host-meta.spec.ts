import { readJsonMeta, readXmlMeta } from '../../lib/protocol/host-meta.js';

const BOSH = 'urn:xmpp:alt-connections:xbosh';
const SOCKET = 'urn:xmpp:alt-connections:websocket';
const LINKS = [
  { rel: BOSH, href: 'https://a.example/http-bind' },
  { rel: 'lrdd', href: 'https://a.example/user' },
  { rel: SOCKET, href: 'wss://a.example/ws' },
  { rel: SOCKET, href: 'ws://a.example/ws' },
  { rel: BOSH, href: 'http://a.example/http-bind' },
  { rel: SOCKET, href: 'WSS://b.example/ws' },
  { rel: SOCKET, href: 'https://a.example/ws' },
  { rel: BOSH },
];
const FOUND = {
  webSocket: ['wss://a.example/ws', 'WSS://b.example/ws'],
  bosh: ['https://a.example/http-bind'],
};

const xrd = (inner: string, ns = 'http://docs.oasis-open.org/ns/xri/xrd-1.0') =>
  `<XRD xmlns="${ns}">${inner}</XRD>`;

it('finds what is encrypted, in the order of the document', () => {
  expect(readJsonMeta(JSON.stringify({ links: LINKS }))).toEqual(FOUND);
  const links = LINKS.map(
    ({ rel, href }) => `<Link rel="${rel}"${href === undefined ? '' : ` href="${href}"`}/>`,
  );
  expect(readXmlMeta(`<?xml version="1.0"?>${xrd(links.join(''))}`)).toEqual(FOUND);
});

it('finds nothing where there is nothing', () => {
  const none = { webSocket: [], bosh: [] };
  expect(readJsonMeta('{"links":[null,7,"x"]}')).toEqual(none);
  expect(readXmlMeta(xrd(''))).toEqual(none);
});

it.each(['', '{', '[]', 'null', '{}', '{"links":{}}', '7'])('is no host-meta.json: %j', (text) =>
  expect(readJsonMeta(text)).toBeUndefined(),
);

it.each(['', '<XRD/>', '<html/>', xrd('', 'urn:other'), '<a', xrd('').replace(/XRD/g, 'Other')])(
  'is no host-meta: %j',
  (text) => expect(readXmlMeta(text)).toBeUndefined(),
);
