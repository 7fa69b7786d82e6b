import http from 'node:http';
import type { Subscription } from 'rxjs';
import { nodeHttp } from 'rxmpp/node';

const REQUEST = { url: 'http://127.0.0.1:9/http-bind', body: '', headers: {}, withCredentials: false };

describe('nodeHttp', () => {
  it('is HTTP by Node’s own client, which tells of uploads', () => {
    const asked = jest.spyOn(http, 'request').mockImplementation(() => {
      throw new TypeError('asked');
    });
    const said: unknown[] = [];
    const { uploads, ...port } = nodeHttp();
    expect(uploads).toBe(true);
    const asking: Subscription = port
      .http(REQUEST)
      .subscribe({ error: (error: unknown) => said.push((error as Error).cause) });
    expect(asked.mock.calls.map(([url]) => url)).toEqual([REQUEST.url]);
    expect(said).toEqual([new TypeError('asked')]);
    asking.unsubscribe();
    asked.mockRestore();
  });
});
