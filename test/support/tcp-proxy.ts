import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach } from '@jest/globals';

/** How a service can be away: connections break and no new ones come about, or nothing comes through any more. */
export type Absence = 'broken' | 'silent';

const running: TcpProxy[] = [];

afterEach(async () => {
  for (const proxy of running.splice(0)) await proxy.close();
});

/** A way to a service that can be blocked and opened again; ended after the test. */
export class TcpProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #absence: Absence | undefined;
  #losesNextAnswer = false;

  private constructor(
    server: Server,
    /** The service's own URL, by this way. */
    readonly url: string,
  ) {
    this.#server = server;
  }

  static async to(serviceUrl: string, defaultPort: number): Promise<TcpProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const service = new URL(serviceUrl);
    const { hostname } = service;
    const port = Number(service.port === '' ? defaultPort : service.port);
    service.hostname = '127.0.0.1';
    service.port = String((server.address() as AddressInfo).port);
    const proxy = new TcpProxy(server, service.href);
    server.on('connection', (client) => proxy.#join(client, () => connect(port, hostname)));
    running.push(proxy);
    return proxy;
  }

  block(absence: Absence): void {
    this.#absence = absence;
    for (const socket of this.#sockets) {
      if (absence === 'broken') socket.resetAndDestroy();
      else socket.pause();
    }
  }

  /** Lets everything through again, also what silence has held back. */
  open(): void {
    this.#absence = undefined;
    for (const socket of this.#sockets) socket.resume();
  }

  /** Breaks the connection in place of passing on what the service says next: by then it has done what it was asked. */
  loseNextAnswer(): void {
    this.#losesNextAnswer = true;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(client: Socket, toService: () => Socket): void {
    if (this.#absence === 'broken') {
      client.on('error', () => undefined).resetAndDestroy();
      return;
    }
    const service = toService();
    this.#forward(client, service, (chunk) => void service.write(chunk));
    this.#forward(service, client, (chunk) => {
      if (this.#losesNextAnswer) client.resetAndDestroy();
      else client.write(chunk);
      this.#losesNextAnswer = false;
    });
  }

  #forward(from: Socket, to: Socket, pass: (chunk: Buffer) => void): void {
    this.#sockets.add(from);
    from.on('error', () => undefined);
    from.on('data', pass);
    from.once('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
    if (this.#absence === 'silent') from.pause();
  }
}
