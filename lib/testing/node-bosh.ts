import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { HttpResponse } from '../protocol/http.js';
import type { Domain } from './domain.js';

/** What an answer of the domain may say besides its body. */
const HEADERS = ['content-type', 'location', 'retry-after'];

/** Any page may come (XEP-0124 §18 leaves that to the deployment). Cookies need an origin by name. */
const corsOf = ({ headers }: IncomingMessage): OutgoingHttpHeaders => ({
  'access-control-allow-origin': headers.origin ?? '*',
  'access-control-allow-credentials': 'true',
  vary: 'Origin',
});

const preflight = ({ headers }: IncomingMessage): OutgoingHttpHeaders => ({
  'access-control-allow-methods': 'POST, OPTIONS',
  'access-control-allow-headers': headers['access-control-request-headers'] ?? 'content-type',
  'access-control-max-age': '86400',
});

/** The body as text; undefined for one that is too large, which is not read to its end. */
const readBody = (
  request: IncomingMessage,
  limit: number,
  done: (text: string | undefined) => void,
): void => {
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
    else if (size - chunk.length <= limit) done(undefined);
  });
  request.on('end', () => {
    if (size <= limit) done(Buffer.concat(chunks).toString('utf8'));
  });
};

const headersOf = ({ headers }: IncomingMessage): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );

const write = (response: ServerResponse, { status, body, header }: HttpResponse): void => {
  for (const name of HEADERS) {
    const value = header(name);
    if (value !== undefined) response.setHeader(name, value);
  }
  response.writeHead(status).end(body);
};

/** Brings a request to the domain, and its answer back. A client that goes away is gone for the domain too, and vice versa. */
const forward = (domain: Domain, request: IncomingMessage, response: ServerResponse, body: string): void => {
  const headers = headersOf(request);
  const url = `http://${headers['host'] ?? ''}${request.url ?? ''}`;
  const answering = domain
    .http({ url, body, headers, withCredentials: headers['cookie'] !== undefined })
    .subscribe({
      next: (event) => {
        if (event.type === 'response') write(response, event);
      },
      error: () => response.destroy(),
    });
  response.on('close', () => answering.unsubscribe());
};

/** The BOSH endpoint of a domain on a real port (XEP-0124 §5). */
export const answerBosh = (
  domain: Domain,
  request: IncomingMessage,
  response: ServerResponse,
  maxBodySize: number,
): void => {
  for (const [name, value] of Object.entries(corsOf(request))) response.setHeader(name, value ?? '');
  if (request.method === 'OPTIONS') response.writeHead(204, preflight(request)).end();
  else if (request.method !== 'POST') response.writeHead(405, { allow: 'POST, OPTIONS' }).end();
  else {
    readBody(request, maxBodySize, (text) => {
      if (text !== undefined) forward(domain, request, response, text);
      else response.writeHead(413, { connection: 'close' }).end();
    });
  }
};
