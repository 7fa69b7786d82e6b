// A runtime with nothing but the language, as during server-side rendering at its worst: importing and constructing touch
// nothing around them.
const around = [
  ...[
    'fetch',
    'crypto',
    'navigator',
    'XMLHttpRequest',
    'WebSocket',
    'BroadcastChannel',
    'AbortController',
    'Event',
  ],
  ...[
    'window',
    'self',
    'document',
    'location',
    'sessionStorage',
    'localStorage',
    'addEventListener',
    'DOMParser',
  ],
];
const touched = [];
for (const name of around) {
  Object.defineProperty(globalThis, name, {
    configurable: true,
    get() {
      touched.push(name);
      return undefined;
    },
  });
}
const { createClient, Strophe } = await import('rxmpp');
const { createDomain } = await import('rxmpp/testing');
const client = createClient('/http-bind/', { keepalive: true });
const seen = [];
client.status$.subscribe(({ type }) => seen.push(type));
new Strophe.Connection('/http-bind/', { keepalive: true });
createDomain();
client.close();
console.log(seen.join(), touched.length);
