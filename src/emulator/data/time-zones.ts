import { SeededRandom } from './seeded-random';

/** The ids of time zones as seen in recorded answers, for the time zones of the default world. */
const KNOWN_IDS: Readonly<Record<string, number>> = {
  '(GMT) Dublin, Edinburgh, Lisbon, London *': 3,
  '(GMT+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna *': 5,
  '(GMT+05:30) Chennai, Kolkata, Mumbai, New Delhi': 34,
  '(GMT-08:00) Pacific Time (US & Canada) *': 87,
};

/** Returns the id of a time zone by its long name. The id of an unknown time zone is invented, and is always the same. */
export function getTimeZoneId(longName: string): number {
  const id = Object.hasOwn(KNOWN_IDS, longName) ? KNOWN_IDS[longName] : undefined;
  return id ?? new SeededRandom(longName).integer(100, 999);
}

/** The long names of the time zones whose ids are known. */
export const KNOWN_TIME_ZONES: readonly string[] = Object.keys(KNOWN_IDS);
