import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { FramedSites } from './framed-sites';

/** An HTTP proxy that knows where the names of a framed app lead, for a browser that has no rules of its own for hosts. */
export interface NamingProxy {
  readonly port: number;
  readonly close: () => void;
}

export async function openNamingProxy(ports: FramedSites['ports']): Promise<NamingProxy> {
  const sockets = new Set<Socket>();
  const proxy = createServer();
  proxy.on('connect', ({ url = '' }, socket: Socket) => {
    const port = findPort(ports, url.replace(/:\d+$/, ''));
    if (port === undefined) {
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      return;
    }
    const onward = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    for (const one of [socket, onward]) {
      sockets.add(one);
      one
        .on('error', () => undefined)
        .once('close', () => {
          sockets.delete(one);
          (one === socket ? onward : socket).destroy();
        });
    }
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    port: (proxy.address() as AddressInfo).port,
    close: () => {
      proxy.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function findPort(ports: FramedSites['ports'], host: string): number | undefined {
  const found = ports.find(([name]) => (name.startsWith('*') ? host.endsWith(name.slice(1)) : host === name));
  return found?.[1];
}
