import { liveThrough } from './live-through.js';

liveThrough().then(
  (how) => postMessage(how),
  (error) => postMessage(`failed: ${error}`),
);
