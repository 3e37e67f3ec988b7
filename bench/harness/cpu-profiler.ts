import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';

/** Profiles the process it runs in, from one moment to another: `--cpu-prof` would include the start. */
export class CpuProfiler {
  readonly #session = new Session();

  async start(): Promise<void> {
    this.#session.connect();
    await this.#session.post('Profiler.enable');
    await this.#session.post('Profiler.setSamplingInterval', { interval: 200 });
    await this.#session.post('Profiler.start');
  }

  /** Ends it and writes a `.cpuprofile`, which Chrome's developer tools open too. */
  async stop(file: string): Promise<void> {
    const { profile } = await this.#session.post('Profiler.stop');
    this.#session.disconnect();
    writeFileSync(file, JSON.stringify(profile));
  }
}
