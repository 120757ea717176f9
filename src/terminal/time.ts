import { visibleText } from './visible-text.ts';

/**
 * A time in UTC and in the reader's time zone: `2026-12-31 23:59 UTC (2027-01-01 01:59 your time)`. The date is not repeated, and
 * nothing is added for a reader in UTC. `timeZone` is an IANA name; that of the computer by default. A text that is not ISO 8601 is returned as is.
 */
export function formatInstant(iso: string, timeZone?: string): string {
  const instant = new Date(iso);
  if (Number.isNaN(instant.getTime())) return visibleText(iso);
  const utc = dayAndTime(instant, 'UTC');
  const local = dayAndTime(instant, timeZone);
  const shown = `${utc.day} ${utc.time} UTC`;
  if (local.day !== utc.day) return `${shown} (${local.day} ${local.time} your time)`;
  return local.time === utc.time ? shown : `${shown} (${local.time} your time)`;
}

/** A time in UTC only, for tables: `2026-12-31 23:59`. */
export function formatUtc(iso: string): string {
  const instant = new Date(iso);
  if (Number.isNaN(instant.getTime())) return visibleText(iso);
  const { day, time } = dayAndTime(instant, 'UTC');
  return `${day} ${time}`;
}

/** A UTC day with its weekday: `Mon 2 Mar 2026`. */
export function formatDay(day: string): string {
  const [weekday = '', date = '', month = '', year = ''] = new Date(`${day}T00:00:00Z`).toUTCString().split(/,? /);
  return `${weekday} ${Number(date)} ${month} ${year}`;
}

/** The reader's time at which a UTC day starts: `02:00`; undefined for a reader in UTC. */
export function localDayStart(day: string, timeZone?: string): string | undefined {
  const { time } = dayAndTime(new Date(`${day}T00:00:00Z`), timeZone);
  return time === '00:00' ? undefined : time;
}

/** A duration in milliseconds, shown in its two largest units: `0.4 s`, `45 s`, `1 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(ms: number): string {
  if (ms < 950) return `${(Math.max(0, ms) / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return twoUnits(minutes, 'min', seconds % 60, 's');
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return twoUnits(hours, 'h', minutes % 60, 'min');
  return twoUnits(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function twoUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** Intl makes a formatter only for a zone that is named: the first takes some 20 ms of a command, each further one 0.1 ms and 20 kB. */
function dayAndTime(instant: Date, timeZone: string | undefined): { day: string; time: string } {
  if (timeZone === undefined) {
    const date = [instant.getFullYear(), instant.getMonth() + 1, instant.getDate()].map(twoDigits).join('-');
    return { day: date, time: [instant.getHours(), instant.getMinutes()].map(twoDigits).join(':') };
  }
  if (timeZone === 'UTC') {
    const [day = '', time = ''] = instant.toISOString().split('T');
    return { day, time: time.slice(0, 5) };
  }
  // Swedish dates are ISO 8601.
  const format = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone });
  const [day = '', time = ''] = format.format(instant).split(' ');
  return { day, time };
}

function twoDigits(part: number): string {
  return String(part).padStart(2, '0');
}
