// Some of the library is loaded only when it is needed; a worker that can load parts is an ES module.
export default { worker: { format: 'es' } };
