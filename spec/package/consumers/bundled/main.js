// A page, and the same in a worker: each logs in to a domain in its own memory, loses its page and restores.
import { liveThrough } from './live-through.js';

const inWorker = () =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
  });

const tell = (text) => {
  document.title = text;
};

Promise.all([liveThrough(), inWorker()]).then(
  ([page, worker]) => tell(`page: ${page}; worker: ${worker}`),
  (error) => tell(`failed: ${error}`),
);
