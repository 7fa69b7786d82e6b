import { Agent, request } from 'node:http';
import { firstValueFrom } from 'rxjs';
import { prebind } from 'rxmpp';
import type { Login } from './seat.js';

const XMLNS = "xmlns='http://jabber.org/protocol/httpbind'";
/** How many requests may wait for answers (XEP-0124 §11). */
const REQUESTS = 2;

/** One request to the server and the text of its answer. */
const post = (agent: Agent, service: string, body: string, answered: (text: string) => void): void => {
  const sent = request(service, { agent, method: 'POST', headers: { 'content-type': 'text/xml' } });
  sent.on('response', (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (part: string) => (text += part));
    response.on('end', () => answered(text));
  });
  sent.on('error', () => undefined);
  sent.end(body);
};

/** No client, but what any client must do: the requests of a session by hand, nothing read but the texts of messages. */
export const login: Login = async ({ service, jid, password }, hear) => {
  const tokens = await firstValueFrom(prebind(service, { jid, password }));
  const agent = new Agent({ keepAlive: true });
  const waiting: string[] = [];
  let { rid } = tokens;
  let open = 0;
  let closed = false;
  const ask = (payload: string): void => {
    open += 1;
    post(agent, service, `<body ${XMLNS} sid='${tokens.sid}' rid='${rid++}'>${payload}</body>`, answered);
  };
  const answered = (text: string): void => {
    open -= 1;
    for (const [, heard = ''] of text.matchAll(/<body>([^<]*)<\/body>/g)) hear(heard);
    if (closed) return;
    if (waiting.length > 0) ask(waiting.splice(0).join(''));
    else if (open === 0) ask('');
  };
  ask('');
  return {
    jid: tokens.jid,
    send(to, text) {
      const stanza = `<message xmlns='jabber:client' to='${to}' type='chat'><body>${text}</body></message>`;
      if (open < REQUESTS) ask(stanza);
      else waiting.push(stanza);
    },
    flush: () => undefined,
    burst: () => undefined,
    close() {
      closed = true;
      agent.destroy();
    },
  };
};
