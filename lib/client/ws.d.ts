/** What is used of the package, so that its own types are not needed. */
declare module 'ws' {
  export const WebSocket: new (url: string, protocols: string[]) => globalThis.WebSocket;
}
