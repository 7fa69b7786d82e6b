import nock from 'nock';
import { type Observable, ReplaySubject } from 'rxjs';
import { parse, type XmlElement } from 'rxmpp';

const ORIGIN = 'https://xmpp.example.com';
export const PATH = '/http-bind';
export const SERVICE = `${ORIGIN}${PATH}`;

/** One POST as the network has seen it. */
export interface Post {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly body: XmlElement;
}

/** What the endpoint says: an HTTP answer, nothing for as long as the spec runs, or the end of the connection. */
export type Reply =
  | { readonly status?: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> }
  | 'hold'
  | 'break';

export interface Endpoint {
  /** Every request so far, in the order they came. */
  readonly posts: readonly Post[];
  /** The same as they come, from the first one on. */
  readonly post$: Observable<Post>;
}

/** A BOSH endpoint at `SERVICE` that answers the n-th request (from 0) as told. */
export const endpoint = (reply: (post: Post, n: number) => Reply): Endpoint => {
  const posts: Post[] = [];
  const post$ = new ReplaySubject<Post>(Infinity);
  nock(ORIGIN)
    .persist()
    .post((path) => path.startsWith(PATH))
    .reply(function (path, sent, answer) {
      const text = typeof sent === 'string' ? sent : '';
      const post = {
        method: this.req.method,
        path,
        headers: { ...this.req.headers },
        text,
        body: parse(text),
      };
      posts.push(post);
      const said = reply(post, posts.length - 1);
      if (said === 'break') answer(new Error('socket hang up'), [500]);
      else if (said !== 'hold') answer(null, [said.status ?? 200, said.body, said.headers ?? {}]);
      post$.next(post);
    });
  return { posts, post$ };
};

/** Lets nothing but the endpoints of nock be reached, and fails a spec whose requests went anywhere else. */
export const onlyNock = (): void => {
  const escaped: string[] = [];
  const note = ({ method, host, path }: { method?: string; host?: string; path?: string }): void =>
    void escaped.push(`${method ?? ''} ${host ?? ''}${path ?? ''}`);
  beforeAll(() => {
    nock.disableNetConnect();
    nock.emitter.on('no match', note);
  });
  afterEach(() => {
    nock.abortPendingRequests();
    nock.cleanAll();
    expect(escaped.splice(0)).toEqual([]);
  });
  afterAll(() => {
    nock.emitter.off('no match', note);
    nock.restore();
  });
};
