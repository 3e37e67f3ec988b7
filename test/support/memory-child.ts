import { startApp } from './app';
import { ALL_FLAVOURS } from './flavours';

/**
 * Run as a process of its own: an app whose sign-ins come back with the codes that it is given, one after another.
 * Prints, by code, the status of the app's answer and by how many MB the process has grown at its largest.
 *
 * Arguments: strategy options as JSON, then the codes. The first code is the warm-up.
 */
async function main([options = '{}', warmUp = '', ...codes]: readonly string[]): Promise<void> {
  const [flavour] = ALL_FLAVOURS;
  if (flavour === undefined) throw new Error('There is no flavour.');
  const app = await startApp({ flavour, strategy: JSON.parse(options) as Parameters<typeof startApp>[0]['strategy'] });
  const comeBackWith = async (code: string): Promise<number> => {
    const browser = app.browser();
    const login = await browser.get('/login');
    const state = new URL(login.location).searchParams.get('state') ?? '';
    return (await browser.get(`/cb?code=${code}&state=${state}`)).status;
  };
  for (let times = 0; times < 20; times += 1) await comeBackWith(warmUp);
  const results: Record<string, { status: number; grownMb: number }> = {};
  for (const code of codes) {
    const before = process.resourceUsage().maxRSS;
    const status = await comeBackWith(code);
    results[code] = { status, grownMb: Math.round((process.resourceUsage().maxRSS - before) / 1024) };
  }
  await app.close();
  process.stdout.write(JSON.stringify(results));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(String(error));
  process.exitCode = 1;
});
