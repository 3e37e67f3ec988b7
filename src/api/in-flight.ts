/**
 * Makes one call per key at a time: those who ask while it runs share its result, also when it fails.
 *
 * @example
 * const profiles = new InFlight<Profile>();
 * const profile = await profiles.share(accessToken, () => askUserinfo(accessToken));
 */
export class InFlight<T> {
  readonly #running = new Map<string, Promise<T>>();

  share(key: string, call: () => Promise<T>): Promise<T> {
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const started = call().finally(() => this.#running.delete(key));
    this.#running.set(key, started);
    return started;
  }
}
