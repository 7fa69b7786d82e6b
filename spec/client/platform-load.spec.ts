import { firstValueFrom } from 'rxjs';

import { loadWebSocket } from '../../lib/client/platform-load.js';

it('loads a part of its own', async () => {
  const parts = await firstValueFrom(loadWebSocket());
  expect(parts.webSocketOpenings).toBeInstanceOf(Function);
  expect(parts.createRoaming).toBeInstanceOf(Function);
});

it('says so where that is not to be had', async () => {
  jest.resetModules();
  jest.doMock('../../lib/client/web-socket-parts.js', () => {
    throw new TypeError('Failed to fetch dynamically imported module');
  });
  await expect(firstValueFrom(loadWebSocket())).rejects.toMatchObject({
    ...{ name: 'TransportError', kind: 'network', condition: 'network', retryable: true },
    cause: { message: 'Failed to fetch dynamically imported module' },
  });
});
