/** The server half of the package, as far as specs use it. */
declare module 'ws' {
  export interface ServerSocket {
    readonly protocol: string;
    send(text: string): void;
    close(code?: number): void;
    terminate(): void;
    on(event: 'message', hear: (data: Buffer, isBinary: boolean) => void): void;
    on(event: 'close', hear: (code: number) => void): void;
  }

  export class WebSocketServer {
    constructor(options: {
      host: string;
      port: number;
      handleProtocols?: (offered: Set<string>) => string | false;
    });
    on(event: 'connection', hear: (socket: ServerSocket) => void): void;
    on(event: 'listening', hear: () => void): void;
    address(): { readonly port: number };
    close(): void;
  }
}
