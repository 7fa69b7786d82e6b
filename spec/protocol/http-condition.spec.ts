import { httpCondition } from '../../lib/protocol/http-condition.js';

it.each([
  [200, 'bad-answer'],
  [204, 'bad-answer'],
  [301, 'redirected'],
  [302, 'redirected'],
  [308, 'redirected'],
  [400, 'bad-request'],
  [401, 'unauthorized'],
  [403, 'policy-violation'],
  [404, 'item-not-found'],
  [405, 'refused'],
  [407, 'unauthorized'],
  [408, 'http'],
  [410, 'refused'],
  [413, 'too-large'],
  [425, 'http'],
  [429, 'http'],
  [451, 'refused'],
  [500, 'http'],
  [502, 'http'],
  [503, 'http'],
  [504, 'http'],
  [599, 'http'],
])('HTTP %i without a body of BOSH is %s', (status, condition) => {
  expect(httpCondition(status)).toBe(condition);
});
