/** Settings that cannot be used. The message says what to change; it never has a value of a secret in it. */
export class ConfigError extends Error {}
