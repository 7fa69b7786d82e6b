/** One HTTP request as a port is asked to make it: always a POST of a text (XEP-0124 §5). */
export interface HttpRequest {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether cookies go with it (XEP-0124 §5 asks for none; default false). */
  readonly withCredentials: boolean;
  /** False: nobody wants to hear `uploaded`, for which a browser would ask permission by preflight. Default true. */
  readonly uploadEvents?: boolean;
  /** Largest answer to take in, in characters; the port may stop reading beyond. Default: any. */
  readonly maxAnswer?: number;
}

/** The answer, whatever its status. */
export interface HttpResponse {
  readonly type: 'response';
  readonly status: number;
  readonly body: string;
  /** The address that answered, if redirects may have been followed and the platform tells. */
  readonly url?: string;
  /** Value of a header by its lower-case name. */
  readonly header: (name: string) => string | undefined;
}

/** What a port emits: `uploaded` once the last byte has left, where the platform can tell, then the response. */
export type HttpEvent = { readonly type: 'uploaded' } | HttpResponse;
