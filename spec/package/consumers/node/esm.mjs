import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import * as rxmpp from 'rxmpp';
import * as node from 'rxmpp/node';
import * as testing from 'rxmpp/testing';

import { liveThrough } from './session.mjs';

const directory = mkdtempSync(join(tmpdir(), 'rxmpp-esm-'));
const storage = node.fileStorage(directory);
storage.setItem('a', 'kept');
console.log(await liveThrough(rxmpp, testing), storage.getItem('a'), typeof rxmpp.Strophe.Connection);
rmSync(directory, { recursive: true });
