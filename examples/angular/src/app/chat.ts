import { ApplicationRef, ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';

import { Xmpp } from './xmpp';

@Component({
  selector: 'app-chat',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h1>Chat</h1>
    <p role="status">
      <output id="status">{{ label() }}</output>
    </p>

    @if (status().type === 'online') {
      <form (submit)="say($event, to.value, text)">
        <label>To <input #to id="to" type="text" required /></label>
        <label>Text <input #text id="text" type="text" autocomplete="off" required /></label>
        <button id="say">Say</button>
        <button id="leave" type="button" (click)="xmpp.leave()">Leave</button>
      </form>
    } @else {
      <form (submit)="connect($event, jid.value, password.value)">
        <label>Account <input #jid id="jid" type="text" autocomplete="username" required /></label>
        <label
          >Password <input #password id="password" type="password" autocomplete="current-password" required
        /></label>
        <button id="connect">Log in</button>
      </form>
    }

    <ol id="lines">
      @for (line of xmpp.lines(); track $index) {
        <li>
          <b>{{ line.from }}</b> {{ line.text }}
        </li>
      }
    </ol>
  `,
})
export class Chat {
  protected readonly xmpp = inject(Xmpp);
  protected readonly status = this.xmpp.status;

  protected readonly label = computed(() => {
    const status = this.status();
    switch (status.type) {
      case 'online':
        return `${status.how} as ${status.jid}`;
      case 'failed':
        return `failed: ${status.error.message}`;
      default:
        return status.type;
    }
  });

  constructor() {
    // Written past Angular: shown in a template it would be work, and the app never be stable.
    inject(ApplicationRef).isStable.subscribe((stable) => {
      document.body.dataset['stable'] = String(stable);
    });
    this.xmpp.restore();
  }

  protected connect(event: Event, jid: string, password: string): void {
    event.preventDefault();
    this.xmpp.connect(jid, password);
  }

  protected say(event: Event, to: string, text: HTMLInputElement): void {
    event.preventDefault();
    this.xmpp.say(to, text.value);
    text.value = '';
  }
}
