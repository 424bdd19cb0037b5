// The end of one's shift, as it is said and as it is offered to choose. Pure, in the browser's own time zone.

const HOUR_MS = 3_600_000;
/** A time of day that lies this far ahead is meant for today: whoever says 09:00 at ten o'clock has mistyped. */
const LONGEST_SHIFT_MS = 14 * HOUR_MS;
const CHOICES = 4;
/** Nobody says that their shift ends in five minutes by choosing the next full hour. */
const AT_LEAST_MS = 20 * 60_000;

/**
 * The moment of a time of day ("15:00"): today, or after midnight where that is nearer than a shift is long; null when
 * it is no time or is over.
 * @param {string} text @param {number} nowMs @returns {number | null}
 */
export function shiftEnd(text, nowMs) {
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})/.exec(text) ?? [];
  if (hours === undefined || Number(hours) > 23 || Number(minutes) > 59) return null;
  const end = new Date(nowMs);
  end.setHours(Number(hours), Number(minutes), 0, 0);
  if (end.getTime() <= nowMs) end.setDate(end.getDate() + 1);
  return end.getTime() - nowMs <= LONGEST_SHIFT_MS ? end.getTime() : null;
}

/** The next full hours. @param {number} nowMs @returns {number[]} */
export function shiftChoices(nowMs) {
  const first = new Date(nowMs + AT_LEAST_MS);
  if (first.getMinutes() || first.getSeconds() || first.getMilliseconds()) first.setHours(first.getHours() + 1, 0, 0, 0);
  return Array.from({ length: CHOICES }, (_, n) => {
    const end = new Date(first);
    end.setHours(end.getHours() + n);
    return end.getTime();
  });
}
