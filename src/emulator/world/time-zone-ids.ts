import { Seeded } from '../rest/seeded';

/** The numbers of time zones as recorded, of those that the demo users have. */
const KNOWN_IDS: Readonly<Record<string, number>> = {
  '(GMT) Dublin, Edinburgh, Lisbon, London *': 3,
  '(GMT+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna *': 5,
  '(GMT+05:30) Chennai, Kolkata, Mumbai, New Delhi': 34,
  '(GMT-08:00) Pacific Time (US & Canada) *': 87,
};

/** The number of a time zone by its long name; made up where it is not known. */
export function timeZoneId(longName: string): number {
  const known = Object.hasOwn(KNOWN_IDS, longName) ? KNOWN_IDS[longName] : undefined;
  return known ?? new Seeded(longName).integer(100, 999);
}

/** The time zones whose numbers are known, by long name. */
export const KNOWN_TIME_ZONES: readonly string[] = Object.keys(KNOWN_IDS);
