// The same app with zone.js: what polls stays outside of the zone, so the app becomes stable while it is connected.
import { ApplicationConfig, inject, NgZone, provideZoneChangeDetection } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';

import { Chat } from './app/chat';
import { ZONE } from './app/xmpp';

const config: ApplicationConfig = {
  providers: [
    provideZoneChangeDetection({ eventCoalescing: true }),
    {
      provide: ZONE,
      useFactory: () => {
        const zone = inject(NgZone);
        return {
          runOutside: (work: () => void) => zone.runOutsideAngular(work),
          run: (work: () => void) => zone.run(work),
        };
      },
    },
  ],
};

bootstrapApplication(Chat, config).catch((error: unknown) => console.error(error));
