const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Mon 28 Jul 2025`, of `YYYY-MM-DD`. The names are the same on every computer. */
export function longDay(day: string): string {
  const { weekday, date, month, year } = partsOf(day);
  return `${weekday} ${date} ${month} ${year}`;
}

/** `28 Jul` */
export function shortDay(day: string): string {
  const { date, month } = partsOf(day);
  return `${date} ${month}`;
}

/** `Mon 28` */
export function weekdayAndDate(day: string): string {
  const { weekday, date } = partsOf(day);
  return `${weekday} ${date}`;
}

/** `Mon 28 Jul to Sun 3 Aug 2025`; one day is said once. */
export function periodText({ since, until }: { since: string; until: string }): string {
  if (since === until) return longDay(since);
  const isOneYear = since.slice(0, 4) === until.slice(0, 4);
  return `${isOneYear ? longDay(since).slice(0, -5) : longDay(since)} to ${longDay(until)}`;
}

/** `1 Aug 2025, 12:04 UTC`, of an ISO 8601 time in UTC. */
export function momentText(iso: string): string {
  const { date, month, year } = partsOf(iso.slice(0, 10));
  return `${date} ${month} ${year}, ${iso.slice(11, 16)} UTC`;
}

function partsOf(day: string) {
  const at = new Date(`${day}T00:00:00Z`);
  return {
    weekday: WEEKDAYS[at.getUTCDay()],
    date: at.getUTCDate(),
    month: MONTHS[at.getUTCMonth()],
    year: at.getUTCFullYear(),
  };
}
