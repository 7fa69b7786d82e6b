import { join } from 'node:path';

/** Of this repository. */
export const ROOT = join(__dirname, '../../..');
