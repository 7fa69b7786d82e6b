import * as door from '../lib/testing.js';

it('opens to these names', () => {
  expect(Object.keys(door).sort()).toEqual([
    'TransportError',
    'XmlElement',
    'body',
    'createDomain',
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
