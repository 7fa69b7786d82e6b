const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const HTTP_DATE = /^\w{3}, (\d{2}) (\w{3}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT$/;
const DAY_MS = 86_400_000;

/** The time of an HTTP date in ms since the epoch; NaN for anything else. */
const dateOf = (text: string): number => {
  const [, day, name = '', year, hours, minutes, seconds] = HTTP_DATE.exec(text) ?? [];
  const month = MONTHS.indexOf(name) + 1;
  if (month === 0) return NaN;
  // Days since the epoch in the Gregorian calendar, counted from March.
  const y = Number(year) - (month < 3 ? 1 : 0);
  const m = (month + 9) % 12;
  const leaps = Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400);
  const days = 365 * y + leaps + Math.floor((m * 306 + 5) / 10) + Number(day) - 1 - 719_468;
  return days * DAY_MS + ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
};

/** What a `Retry-After` says, in ms from `now`: seconds, or a date (RFC 9110 §10.2.3); 0 for anything else. */
export const retryAfterMs = (value: string | undefined, now: number): number => {
  if (value === undefined) return 0;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : dateOf(value) - now;
  return Number.isFinite(ms) && ms > 0 ? ms : 0;
};
