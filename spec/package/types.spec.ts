import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type Consumer, install } from './support/consumer.js';

jest.setTimeout(180_000);

/** Below 7.5.5 the types of rxjs themselves are found by the resolution of `node10` only, which sees no doors. */
const RXJS = ['7.5.5', '7'];

describe.each(RXJS)('types, with rxjs %s', (version) => {
  let consumer: Consumer;

  beforeAll(async () => {
    consumer = await install('spec/package/consumers/types', [`rxjs@${version}`]);
    // The same app once more, as CommonJS.
    await copyFile(join(consumer.directory, 'app.ts'), join(consumer.directory, 'required.cts'));
  });

  afterAll(() => consumer.remove());

  const strict = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--types', 'node'];
  const target = ['--target', 'es2022', '--lib', 'es2022,esnext.disposable,dom'];

  it.each([
    ['nodenext', 'nodenext', ['app.ts', 'required.cts']],
    ['esnext', 'bundler', ['app.ts']],
  ])(
    'hold with module %s and resolution %s, the declarations themselves included',
    async (module, moduleResolution, files) => {
      const how = ['--module', module, '--moduleResolution', moduleResolution];
      const { out } = await consumer.tool('tsc', ...strict, ...target, ...how, ...files);
      expect(out).toBe('');
    },
    120_000,
  );
});
