import * as door from '../lib/testing-node.js';

it('opens to these names', () => {
  expect(Object.keys(door).sort()).toEqual(['createDomain', 'listen']);
});
