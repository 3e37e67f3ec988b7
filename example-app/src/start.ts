import type { Emulator } from 'passport-marketing-cloud/emulator';
import { localBus } from './bus';
import type { Config } from './config';
import { greeting } from './greeting';
import { prepare } from './prepare';
import { serve } from './serve';

/** An app that listens. */
export interface Running {
  /** Where a browser finds it. */
  readonly url: string;
  readonly emulator?: Emulator;
  /** Ends the app, its connections, and the emulator with it. */
  readonly close: () => Promise<void>;
}

/** Where what is to be read goes: lines for people, and reports of errors. */
export interface Output {
  readonly print: (line: string) => void;
  readonly report: (text: string) => void;
}

/**
 * Starts the app on 127.0.0.1, in this process, with the emulator where no tenant is configured.
 *
 * @throws ConfigError when a setting is bad, the port is not to be had or a store does not answer
 */
export async function start(config: Config, { print, report }: Output): Promise<Running> {
  const { prepared, emulator } = await prepare(config, print);
  const bus = localBus();
  bus.listen((message) => {
    if (message.kind === 'advance') emulator?.clock.advance(message.ms);
  });
  try {
    const { close, ...serving } = await serve(prepared, report, bus);
    for (const line of greeting(prepared, { ...serving, close })) print(line);
    return {
      url: serving.url,
      ...(emulator !== undefined && { emulator }),
      close: async () => {
        await close();
        await emulator?.close();
      },
    };
  } catch (error) {
    await emulator?.close();
    throw error;
  }
}
