import { of, Subject, throwError } from 'rxjs';
import { headersFor, headersNow } from '../../lib/client/headers.js';

const TYPE = { 'content-type': 'text/xml; charset=utf-8' };

const said = (options: Parameters<typeof headersFor>[0], refused = false): unknown => {
  let headers: unknown;
  headersFor(options)
    .of(refused)
    .subscribe((value) => (headers = value));
  return headers;
};

it('are the content type and what was asked for', () => {
  expect(said({})).toEqual(TYPE);
  expect(said({ contentType: 'text/plain', headers: { 'x-a': '1' } })).toEqual({
    'content-type': 'text/plain',
    'x-a': '1',
  });
  expect(headersFor({ headers: {} }).again).toBe(false);
});

it('are asked for at each request, and are told of a refusal', () => {
  const headers = ({ refused }: { readonly refused: boolean }) => of({ token: refused ? 'new' : 'old' });
  expect(headersFor({ headers }).again).toBe(true);
  expect(said({ headers })).toEqual({ ...TYPE, token: 'old' });
  expect(said({ headers }, true)).toEqual({ ...TYPE, token: 'new' });
  expect(said({ headers: () => ({ token: 'plain' }) })).toEqual({ ...TYPE, token: 'plain' });
});

it('of a last request are what comes at once', () => {
  const later$ = new Subject<Record<string, string>>();
  expect(headersNow({ headers: () => later$ })).toEqual(TYPE);
  expect(later$.observed).toBe(false);
  expect(headersNow({ headers: () => throwError(() => new Error('no')) })).toEqual(TYPE);
  expect(headersNow({ headers: () => ({ a: 'b' }) })).toEqual({ ...TYPE, a: 'b' });
});
