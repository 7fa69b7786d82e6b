import * as door from '../lib/testing.js';

it('opens to these names', () => {
  expect(Object.keys(door).sort()).toEqual([
    'TransportError',
    'XmlElement',
    'aMessage',
    'aPresence',
    'aResult',
    'aStatus',
    'anError',
    'anIq',
    'body',
    'createDomain',
    'fakeClient',
    'marbles',
    'memoryBrowser',
    'memoryLocks',
    'memoryStorage',
    'parse',
    'scramServer',
    'scriptedServer',
    'serverProfiles',
    'syncCrypto',
    'terminateBody',
    'virtualTime',
  ]);
});
