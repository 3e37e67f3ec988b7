import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificates } from '../../test/support/certificates';
import { ChildProcess } from '../harness/child-process';
import { programPath } from '../harness/program-path';
import type { StandInOrders } from './server';

/** A small server over TLS in the place of Marketing Cloud, in its own process. */
export class StandIn {
  readonly #folder: string;

  private constructor(
    readonly process: ChildProcess<StandInOrders>,
    readonly origin: string,
    folder: string,
  ) {
    this.#folder = folder;
  }

  static async start(): Promise<StandIn> {
    const { ca, good } = makeCertificates();
    const folder = mkdtempSync(join(tmpdir(), 'mcg-bench-'));
    writeFileSync(join(folder, 'ca.pem'), ca);
    const child = await ChildProcess.start<StandInOrders>(programPath('stand-in/server'), { config: good });
    return new StandIn(child, await child.ask('origin'), folder);
  }

  /** Environment variables with which Node trusts the stand-in's certificate. */
  get trust(): Readonly<Record<string, string>> {
    return { NODE_EXTRA_CA_CERTS: join(this.#folder, 'ca.pem') };
  }

  async close(): Promise<void> {
    await this.process.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Starts a stand-in for the time of some work. */
export async function withStandIn<Result>(work: (standIn: StandIn) => Promise<Result>): Promise<Result> {
  const standIn = await StandIn.start();
  try {
    return await work(standIn);
  } finally {
    await standIn.close();
  }
}
