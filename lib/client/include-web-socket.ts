import { of } from 'rxjs';

import type { Platform } from './platform.js';
import { webSocketOpenings } from './web-socket-parts.js';

/** For `platform.loadWebSocket`: what speaks WebSocket is there from the beginning, in the same bundle. */
export const includeWebSocket: Platform['loadWebSocket'] = () => of({ webSocketOpenings });
