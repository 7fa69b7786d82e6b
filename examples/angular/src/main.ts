// Zoneless, which is what Angular 21 is unless told otherwise: signals tell Angular what has changed.
import { bootstrapApplication } from '@angular/platform-browser';

import { Chat } from './app/chat';

bootstrapApplication(Chat).catch((error: unknown) => console.error(error));
