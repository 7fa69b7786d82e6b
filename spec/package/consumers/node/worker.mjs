import { isMainThread, parentPort, Worker } from 'node:worker_threads';

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  worker.once('message', (text) => console.log(text));
  worker.once('error', (error) => {
    throw error;
  });
} else {
  const [rxmpp, testing, { liveThrough }] = await Promise.all([
    import('rxmpp'),
    import('rxmpp/testing'),
    import('./session.mjs'),
  ]);
  parentPort.postMessage(await liveThrough(rxmpp, testing));
}
