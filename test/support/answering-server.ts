import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A server that answers as a test says, and knows its connections. */
export interface AnsweringServer {
  readonly url: string;
  readonly server: Server;
  readonly requests: readonly IncomingMessage[];
  /** Connections that an answer is on its way by. */
  readonly busy: () => number;
  readonly close: () => Promise<void>;
}

/** Starts one on loopback. */
export async function answerWith(
  answer: (req: IncomingMessage, res: ServerResponse) => void,
): Promise<AnsweringServer> {
  const requests: IncomingMessage[] = [];
  const sockets = new Set<Socket>();
  const answering = new Set<Socket>();
  const server = createServer((req, res) => {
    requests.push(req);
    answering.add(req.socket);
    res.once('close', () => answering.delete(req.socket));
    answer(req, res);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      answering.delete(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    requests,
    busy: () => answering.size,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
