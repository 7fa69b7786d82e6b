import fc from 'fast-check';
import { corpus } from './corpus.js';

/** Parts that parsers, framing and machines have reasons to stumble over. */
const PARTS = [
  ...[
    '<',
    '>',
    '/>',
    '</',
    '&',
    '&amp;',
    '&lol;',
    '&#0;',
    '&#xD800;',
    '&#x1F600;',
    ']]>',
    '<![CDATA[',
    '<!--',
    '-->',
  ],
  ...[
    '<?xml version="1.0"?>',
    '<?php ?>',
    '<!DOCTYPE lolz [<!ENTITY lol "lol">]>',
    '\0',
    '\uD800',
    '\uDC00',
    '\uFFFE',
  ],
  ...['"', "'", '=', 'xmlns=""', 'xmlns:a="urn:a" ', 'a:b="" ', 'xml:lang="" ', '<a:b/>', '<stream:error/>'],
  ...[
    'type="terminate" ',
    'type="error" ',
    'condition="item-not-found" ',
    'condition="constructor" ',
    'sid="s2" ',
  ],
  ...[
    'rid="1001" ',
    'ack="-1" ',
    'report="1001" ',
    'time="NaN" ',
    'wait="0" ',
    'requests="0" ',
    'polling="999999999" ',
  ],
  ...[
    '<body xmlns="http://jabber.org/protocol/httpbind">',
    '</body>',
    '<iq type="result" id="p1"/>',
    '<message/>',
  ],
  ...['<success xmlns="urn:ietf:params:xml:ns:xmpp-sasl"/>', '<stream:features/>', '<uri>javascript:1</uri>'],
  ...[
    '<a>'.repeat(120),
    '<a/>'.repeat(300),
    ` ${Array.from({ length: 120 }, (_, i) => `a${i}=""`).join(' ')} `,
  ],
];

type Change = (text: string) => string;

const at = (text: string, where: number): number => Math.floor(where * (text.length + 1));
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(place, fc.constantFrom(...PARTS)).map(
    ([where, part]): Change =>
      (text) =>
        text.slice(0, at(text, where)) + part + text.slice(at(text, where)),
  ),
  fc.tuple(place, fc.nat(40)).map(
    ([where, count]): Change =>
      (text) =>
        text.slice(0, at(text, where)) + text.slice(at(text, where) + count),
  ),
  fc.tuple(place, fc.nat(200)).map(
    ([where, count]): Change =>
      (text) =>
        text.slice(0, at(text, where) + count) + text.slice(at(text, where)),
  ),
  fc.tuple(place, fc.integer({ min: 1, max: 0xffff })).map(([where, code]): Change => (text) => {
    const index = at(text, where);
    return text.slice(0, index) + String.fromCharCode(code) + text.slice(index + 1);
  }),
  place.map(
    (where): Change =>
      (text) =>
        text.slice(0, at(text, where)),
  ),
);

const HEAD = 'xmlns="http://jabber.org/protocol/httpbind" xmlns:stream="http://etherx.jabber.org/streams"';
const SASL = 'xmlns="urn:ietf:params:xml:ns:xmpp-sasl"';
const STREAMS = 'xmlns="urn:ietf:params:xml:ns:xmpp-streams"';

/** The answers of a login and of an end, as XEP-0124 and XEP-0206 have them. */
const TEXTBOOK = [
  `<body ${HEAD} sid="s1" wait="60" hold="1" requests="2" inactivity="30" polling="5" ver="1.11" authid="x"><stream:features><mechanisms ${SASL}><mechanism>SCRAM-SHA-1</mechanism><mechanism>PLAIN</mechanism></mechanisms></stream:features></body>`,
  `<body ${HEAD}><challenge ${SASL}>cj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0wzcmZjTkhZSlkxWlZ2V1ZzN2oscz1RU1hDUitRNnNlazhiZjkyLGk9NDA5Ng==</challenge></body>`,
  `<body ${HEAD}><success ${SASL}>dj1ybUY5cHFWOFM3c3VBb1pXamE0ZEpSa0ZzS1E9</success></body>`,
  `<body ${HEAD}><failure ${SASL}><not-authorized/><text xml:lang="en">No</text></failure></body>`,
  `<body ${HEAD}><stream:features><bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"/><session xmlns="urn:ietf:params:xml:ns:xmpp-session"><optional/></session></stream:features></body>`,
  `<body ${HEAD}><iq xmlns="jabber:client" type="result" id="b1"><bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"><jid>user@example.com/here</jid></bind></iq></body>`,
  `<body ${HEAD}><iq xmlns="jabber:client" type="error" id="p1" from="example.com"><ping xmlns="urn:xmpp:ping"/><error type="cancel"><service-unavailable xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></iq></body>`,
  `<body ${HEAD} type="terminate" condition="remote-stream-error"><message xmlns="jabber:client"/><stream:error><conflict ${STREAMS}/><text ${STREAMS}>Replaced</text></stream:error></body>`,
  `<body ${HEAD} type="terminate" condition="see-other-uri"><uri>https://elsewhere.example/b</uri></body>`,
  `<body ${HEAD} type="error"/>`,
  `<body ${HEAD} ack="1000" report="1001" time="852"/>`,
  `<body ${HEAD} rid="1001" sid="s1"/>`,
];

const real = fc.constantFrom(...Object.values(corpus).flat(), ...TEXTBOOK);

/** A real answer, or two that run into each other, with a few changes. */
const mutated = fc
  .tuple(real, real, place, fc.boolean(), fc.array(change, { maxLength: 4 }))
  .map(([one, other, where, both, changes]) =>
    changes.reduce(
      (text, act) => act(text),
      both ? one.slice(0, at(one, where)) + other.slice(at(other, where)) : one,
    ),
  );

const made = fc
  .array(fc.oneof(fc.constantFrom(...PARTS), fc.string({ maxLength: 12, unit: 'binary' })), { maxLength: 12 })
  .map((parts) => parts.join(''));

/** A body with a proper frame and anything in it. */
const framed = made.map((inner) => `<body xmlns="http://jabber.org/protocol/httpbind" ${inner}</body>`);

/** What may come instead of an answer. */
export const body: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: mutated, weight: 8 },
  { arbitrary: made, weight: 1 },
  { arbitrary: framed, weight: 1 },
);

export const status: fc.Arbitrary<number> = fc.oneof(
  { arbitrary: fc.constant(200), weight: 9 },
  { arbitrary: fc.constantFrom(0, 204, 302, 400, 401, 403, 404, 413, 429, 500, 503), weight: 1 },
);
