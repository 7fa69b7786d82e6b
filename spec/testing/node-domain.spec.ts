import { createDomain } from '../../lib/testing/node-domain.js';
import type { DomainOptions } from '../../lib/testing/options.js';

const SASL = 'urn:ietf:params:xml:ns:xmpp-sasl';

/** How many iterations a login is asked for. */
const iterations = async (options?: DomainOptions): Promise<string | undefined> => {
  const domain = createDomain({ users: { romeo: 'montague' }, ...options });
  const post = (body: string): Promise<string> =>
    new Promise((resolve, reject) => {
      domain.http({ url: domain.url, body, headers: {}, withCredentials: false }).subscribe({
        next: (event) => {
          if (event.type === 'response') resolve(event.body);
        },
        error: reject,
      });
    });
  const ns = 'xmlns="http://jabber.org/protocol/httpbind"';
  const created = await post(`<body ${ns} rid="1" to="example.com" wait="60" hold="1" ver="1.11"/>`);
  const sid = /sid="([^"]+)"/.exec(created)?.[1] ?? '';
  const first = `<auth xmlns="${SASL}" mechanism="SCRAM-SHA-256">${btoa('n,,n=romeo,r=abc')}</auth>`;
  const answer = await post(`<body ${ns} rid="2" sid="${sid}">${first}</body>`);
  domain.close();
  return /,i=(\d+)/.exec(atob(/<challenge[^>]*>([^<]+)/.exec(answer)?.[1] ?? ''))?.[1];
};

it('asks for as many iterations as clients want to see, unless it is told otherwise', async () => {
  expect([await iterations(), await iterations({ iterations: 64 })]).toEqual(['4096', '64']);
});
