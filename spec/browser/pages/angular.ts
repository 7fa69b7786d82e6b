import 'zone.js';
import '@angular/compiler';
import { type ApplicationRef, NgZone, provideZoneChangeDetection } from '@angular/core';
import { createApplication } from '@angular/platform-browser';
import { $msg, type Client, createClient, type Credentials, messages, type Platform } from 'rxmpp';

/** Something that an app was told, and whether Angular has noticed. */
interface Told {
  readonly what: string;
  readonly noticed: boolean;
}

const told: Told[] = [];
let app: ApplicationRef | undefined;
let client: Client | undefined;
let stable = false;
let flips = 0;

const note = (what: string): void => void told.push({ what, noticed: NgZone.isInAngularZone() });

const zonePort = (zone: NgZone): Partial<Platform> => ({
  zone: { runOutside: (work) => zone.runOutsideAngular(work), run: (work) => zone.run(work) },
});

/** Starts an Angular application that uses a client, with the zone port or without. */
const start = async (service: string, credentials: Credentials, withPort: boolean): Promise<void> => {
  app = await createApplication({ providers: [provideZoneChangeDetection()] });
  const zone = app.injector.get(NgZone);
  app.isStable.subscribe((now) => {
    stable = now;
    flips += 1;
  });
  zone.run(() => {
    client = createClient(service, { platform: withPort ? zonePort(zone) : {} });
    client.status$.subscribe(({ type }) => note(type));
    client.delivery$.subscribe(({ state }) => note(state));
    client.stanza$.pipe(messages()).subscribe((stanza) => note(stanza.child('body')?.text ?? ''));
    client.connect(credentials);
  });
};

const page = {
  start,
  say: (to: string, text: string): void => {
    client?.send($msg({ to, type: 'chat' }).c('body').t(text));
  },
  told: (): readonly Told[] => told,
  stability: () => ({ stable, flips }),
  stop: (): void => {
    client?.close();
    app?.destroy();
  },
};

declare global {
  interface Window {
    angularPage: typeof page;
  }
}

window.angularPage = page;
