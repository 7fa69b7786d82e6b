import { asyncScheduler } from 'rxjs';
import { settle } from '../../lib/testing/options.js';

it('decides everything that is not said', () => {
  const settings = settle({});
  expect(settings).toMatchObject({
    scheduler: asyncScheduler,
    domain: 'example.com',
    latency: { upMs: 0, downMs: 0 },
  });
  expect(settings.resource(undefined)).toBe('resource-1');
  expect(settings.resource('balcony')).toBe('balcony');
});

it('changes only what is said', () => {
  const { bosh, manner, latency } = settle({
    ...{ bosh: { wait: 5, polling: undefined }, manner: { lowRid: 'hang' }, latencyMs: 3 },
  });
  expect(bosh).toMatchObject({ wait: 5, hold: 1, polling: undefined });
  expect(manner).toMatchObject({ lowRid: 'hang', unknownSid: 'terminate' });
  expect(latency).toEqual({ upMs: 3, downMs: 3 });
});
