/** Entry point of `npm start`: the app in one process, at top level and, with the emulator, inside Marketing Cloud. */
import { startFramedProcess, startSingleProcess } from './server/app-process';
import { runUntilSignal } from './server/run-until-signal';

runUntilSignal(async (config, output) => {
  const app = await startSingleProcess(config, output);
  if (config.mode === 'tenant') return app;
  try {
    const framed = await startFramedProcess(config, output);
    return {
      close: async () => {
        await Promise.all([app.close(), framed.close()]);
      },
    };
  } catch (error) {
    await app.close();
    throw error;
  }
});
