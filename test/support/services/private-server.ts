import { execFileSync, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** An empty server on loopback that the test starts. */
export interface PrivateServer {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

export async function startRedis(
  program: string,
  isUp: (port: number) => Promise<boolean>,
  more: readonly string[] = [],
): Promise<PrivateServer> {
  return await start(isUp, (port, folder) => ({
    program,
    args: ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no', ...more],
    options: {},
  }));
}

/** Makes a cluster and starts it; under another user if the test runs as root, since PostgreSQL refuses to run as root. */
export async function startPostgres(program: string, isUp: (port: number) => Promise<boolean>): Promise<PrivateServer> {
  return await start(isUp, (port, folder) => {
    const other = process.getuid?.() === 0 ? somebodyElse() : undefined;
    if (other !== undefined) chownSync(folder, other.uid, other.gid);
    const data = join(folder, 'data');
    const initdb = join(dirname(program), 'initdb');
    execFileSync(initdb, ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync'], {
      ...other,
      cwd: folder,
      stdio: 'ignore',
    });
    const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off'];
    return {
      program,
      args: ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
      options: { ...other },
    };
  });
}

/** Starts a PgBouncer before a database, in transaction mode: each transaction may use another connection. */
export async function startPgBouncer(
  program: string,
  database: URL,
  isUp: (port: number) => Promise<boolean>,
): Promise<PrivateServer> {
  return await start(isUp, (port, folder) => {
    const other = process.getuid?.() === 0 ? somebodyElse() : undefined;
    if (other !== undefined) chownSync(folder, other.uid, other.gid);
    const { hostname, username, password } = database;
    const target = [`host=${hostname}`, `port=${database.port || 5432}`, `user=${username || 'postgres'}`];
    if (password !== '') target.push(`password=${decodeURIComponent(password)}`);
    const settings = ['listen_addr = 127.0.0.1', `listen_port = ${port}`, 'unix_socket_dir =', 'auth_type = any'];
    const pooling = ['pool_mode = transaction', 'default_pool_size = 3'];
    const config = ['[databases]', `* = ${target.join(' ')}`, '[pgbouncer]', ...settings, ...pooling, ''];
    writeFileSync(join(folder, 'pgbouncer.ini'), config.join('\n'));
    return { program, args: ['pgbouncer.ini'], options: { ...other } };
  });
}

interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly options: SpawnOptions;
}

async function start(
  isUp: (port: number) => Promise<boolean>,
  prepare: (port: number, folder: string) => Command,
): Promise<PrivateServer> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'mcg-test-'));
  const { program, args, options } = prepare(port, folder);
  const child = spawn(program, args, { ...options, cwd: folder, stdio: 'ignore' });
  const exited = once(child, 'exit');
  const end = (): void => void child.kill('SIGINT');
  process.once('exit', end);
  const stop = async (): Promise<void> => {
    process.off('exit', end);
    if (child.exitCode === null && child.signalCode === null) {
      end();
      await exited;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const giveUpAt = performance.now() + 15_000;
  while (!(await isUp(port))) {
    if (child.exitCode !== null || performance.now() > giveUpAt) {
      await stop();
      throw new Error(`${program} does not start.`);
    }
    await wait(50);
  }
  return { port, stop };
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The user that the PostgreSQL package creates, or `'nobody'`. */
function somebodyElse(): { uid: number; gid: number } | undefined {
  const users = readFileSync('/etc/passwd', 'utf8').split('\n');
  const line = ['postgres', 'nobody'].map((name) => users.find((user) => user.startsWith(`${name}:`))).find(Boolean);
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}
