/** IANA names only: an offset such as +02:00 knows no summer time, and cloud schedulers refuse it. */
const ZONE_NAME = /^[A-Za-z][A-Za-z0-9_+-]{0,31}(?:\/[A-Za-z0-9_+-]{1,32}){0,3}$/;

/** What is wrong with a time zone's name, as a sentence; nothing when it is fine. */
export function timeZoneProblem(timeZone: string): string | undefined {
  if (ZONE_NAME.test(timeZone) && isKnownZone(timeZone)) return undefined;
  return "write a time zone of the IANA database, such as UTC or Europe/Berlin";
}

function isKnownZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone.length > 0;
  } catch {
    return false; // ECMA-402 has no question "is this a zone?" but the RangeError of this constructor
  }
}
