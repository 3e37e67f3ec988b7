import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigError } from './config-error';

/**
 * Has a server listen on 127.0.0.1. Resolves to the port.
 *
 * @throws ConfigError when the port is not to be had
 */
export async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(portError(error, port)));
    server.listen(port, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

function portError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    return new ConfigError(`Port ${port} is taken. Set PORT to another one, such as PORT=${port + 1}.`);
  }
  if (error.code === 'EACCES') {
    return new ConfigError(`Port ${port} is not allowed for this user. Set PORT to one above 1023.`);
  }
  return error;
}
