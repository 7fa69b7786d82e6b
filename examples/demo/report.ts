import { defer, finalize, tap } from 'rxjs';
import { type HttpPort, parse, type XmlElement } from 'rxmpp';

/** A step has not come out as the story has it. */
export class StoryError extends Error {
  override readonly name = 'StoryError';
}

/** One request as it left. */
export interface Sent {
  readonly rid: number;
  readonly body: XmlElement;
}

/** Somebody's HTTP port, looked at. */
export interface Wire {
  readonly http: HttpPort;
  /** Every request that has left, in order. */
  readonly sent: readonly Sent[];
  /** The rids that are not answered yet. */
  readonly open: () => readonly number[];
}

export interface Report {
  readonly chapter: (title: string) => void;
  readonly line: (who: string, what: string) => void;
  /** Prints that something holds, or ends the story because it does not. */
  readonly check: (holds: boolean, what: string) => void;
  /** Prints every request that goes through the port and what becomes of it. */
  readonly watch: (who: string, http: HttpPort) => Wire;
  readonly seconds: () => string;
}

const counted = (names: readonly string[]): string =>
  [...new Set(names)]
    .map((name) => [names.filter((other) => other === name).length, name] as const)
    .map(([count, name]) => (count === 1 ? name : `${count} × ${name}`))
    .join(' + ');

/** What a body is there for, in a few words. */
const describe = ({ attrs, children }: XmlElement): string => {
  const what = counted(children.map(({ name }) => name));
  if (attrs['type'] === 'terminate') return `terminate${what && ` + ${what}`}`;
  if (attrs['xmpp:restart'] === 'true') return 'restart of the stream';
  if (attrs['sid'] === undefined && attrs['ver'] !== undefined) return 'asks for a session';
  return what || 'empty, for the server to hold';
};

const answered = (status: number, text: string): string => {
  if (status !== 200) return `HTTP ${status}`;
  const { children, attrs } = parse(text);
  const what = counted(children.map(({ name }) => name)) || 'nothing';
  return attrs['type'] === 'terminate' ? `the end, with ${what}` : what;
};

/** Tells a story on the terminal as it happens, with the seconds since its beginning. */
export const createReport = (print: (line: string) => void): Report => {
  const begun = performance.now();
  const seconds = (): string => ((performance.now() - begun) / 1000).toFixed(3);
  let chapters = 0;
  const line = (who: string, what: string): void =>
    print(`${seconds().padStart(9)}  ${who.padEnd(7)} ${what}`);

  const watch = (who: string, http: HttpPort): Wire => {
    const sent: Sent[] = [];
    const open = new Set<Sent>();
    const watched: HttpPort = (request) =>
      defer(() => {
        const body = parse(request.body);
        const rid = Number(body.attrs['rid']);
        const again = sent.some((earlier) => earlier.rid === rid) ? ', once more' : '';
        const one = { rid, body };
        sent.push(one);
        open.add(one);
        line(who, `→ rid ${rid}  ${describe(body)}${again}`);
        return http(request).pipe(
          tap((event) => {
            if (event.type !== 'response') return;
            open.delete(one);
            line(who, `← rid ${rid}  ${answered(event.status, event.body)}`);
          }),
          finalize(() => {
            if (open.delete(one)) line(who, `✂ rid ${rid}  given up`);
          }),
        );
      });
    return { http: watched, sent, open: () => [...open].map(({ rid }) => rid) };
  };

  return {
    seconds,
    line,
    watch,
    chapter: (title) => {
      chapters += 1;
      print(`\n${chapters}. ${title}\n`);
    },
    check: (holds, what) => {
      if (!holds) throw new StoryError(`not so: ${what}`);
      print(`${' '.repeat(9)}  ✓ ${what}`);
    },
  };
};
