// A whole session, with whatever doors it is given: login, a reload, restore.
import { firstValueFrom, filter, map, tap } from 'rxjs';

/** How the second page came online. Fails when the first one does not, and when nothing is restored. */
export const liveThrough = async ({ createClient }, { createDomain, memoryStorage }) => {
  const domain = createDomain({ users: { alice: 'secret' }, latencyMs: 5 });
  const keepalive = { storage: memoryStorage() };
  const open = () => createClient(domain.url, { keepalive, platform: { http: domain.http, uploads: true } });
  const online = (client) =>
    firstValueFrom(
      client.status$.pipe(
        tap(({ type, error }) => {
          if (type === 'failed') throw error;
        }),
        filter(({ type }) => type === 'online'),
        map(({ how }) => how),
      ),
    );
  const first = open();
  first.connect({ jid: 'alice@example.com', password: 'secret' });
  const before = await online(first);
  first.close();
  const second = open();
  second.restore('alice@example.com');
  const after = await online(second);
  second.close();
  for (const { sid } of domain.sessions) domain.kill(sid);
  return `${before}, ${after}`;
};
