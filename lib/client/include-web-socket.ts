import { of } from 'rxjs';

import type { Platform } from './platform.js';
import { createRoaming, webSocketOpenings } from './web-socket-parts.js';

/** For `platform.loadWebSocket`: what speaks WebSocket and looks domains up is there from the beginning, in the same bundle. */
export const includeWebSocket: Platform['loadWebSocket'] = () => of({ webSocketOpenings, createRoaming });
