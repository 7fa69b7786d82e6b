// A service to copy: one client for the app, its streams as signals, a session that outlives reloads.
import { DestroyRef, inject, Injectable, InjectionToken } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { scan } from 'rxjs';
import { $msg, $pres, createClient, messages, type ZonePort } from 'rxmpp';

/** Where the BOSH endpoint is. */
export const SERVICE = new InjectionToken<string>('BOSH endpoint', {
  providedIn: 'root',
  factory: () => '/http-bind',
});

/** Needed with zone.js only. */
export const ZONE = new InjectionToken<ZonePort | undefined>('zone', {
  providedIn: 'root',
  factory: () => undefined,
});

export interface Line {
  readonly from: string;
  readonly text: string;
}

@Injectable({ providedIn: 'root' })
export class Xmpp {
  readonly #zone = inject(ZONE);
  readonly #client = createClient(inject(SERVICE), {
    keepalive: true,
    ...(this.#zone && { platform: { zone: this.#zone } }),
  });

  /** `status$` replays the present at once and never errors: a signal without an initial value of its own. */
  readonly status = toSignal(this.#client.status$, { requireSync: true });

  /** What was said since this page was opened. */
  readonly lines = toSignal(
    this.#client.stanza$.pipe(
      messages(),
      scan((lines: readonly Line[], message) => {
        const text = message.child('body')?.text;
        return text ? [...lines, { from: message.attrs['from'] ?? '', text }] : lines;
      }, []),
    ),
    { initialValue: [] },
  );

  constructor() {
    inject(DestroyRef).onDestroy(() => this.#client.close());
  }

  /** Goes on with the session of the page before this one; false where there is none. */
  restore(): boolean {
    try {
      this.#client.restore();
      return true;
    } catch {
      return false;
    }
  }

  connect(jid: string, password: string): void {
    this.#client.connect({ jid, password });
    this.#client.send($pres());
  }

  say(to: string, text: string): void {
    this.#client.send($msg({ to, type: 'chat' }).c('body').t(text));
  }

  leave(): void {
    this.#client.disconnect();
  }
}
