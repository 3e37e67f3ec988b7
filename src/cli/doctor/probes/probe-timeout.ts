/** The deadline of one call, lookup or handshake, in milliseconds. */
export const PROBE_TIMEOUT_MS = 5_000;
