import type { AppAddress, AppConfig, AppOrders } from '../apps/app';
import type { StandIn } from '../stand-in/stand-in';
import { ChildProcess } from './child-process';
import { programPath } from './program-path';

/** A contestant's app in its own process. */
export class AppProcess {
  private constructor(
    readonly process: ChildProcess<AppOrders>,
    readonly address: AppAddress,
  ) {}

  /** @param standIn whose certificate the app trusts; `config.standInOrigin` may be a link to it */
  static async start(
    standIn: StandIn,
    config: Omit<AppConfig, 'standInOrigin'> & Partial<AppConfig>,
  ): Promise<AppProcess> {
    const child = await ChildProcess.start<AppOrders>(programPath('apps/app'), {
      config: { standInOrigin: standIn.origin, ...config } satisfies AppConfig,
      env: standIn.trust,
      flags: ['--expose-gc'],
    });
    return new AppProcess(child, await child.ask('address'));
  }

  /** The CPU time that the app takes for some work, in microseconds. */
  async measureCpu(work: () => Promise<unknown>): Promise<number> {
    await this.process.ask('collect');
    const before = await this.process.ask('cpu');
    await work();
    return (await this.process.ask('cpu')) - before;
  }
}
