/** For tests only: servers on loopback that are gone after the test, whatever their peers still hold open. */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

export interface LoopbackServer {
  /** `127.0.0.1:port`. */
  readonly host: string;
  /** Cuts every connection. */
  close(): Promise<void>;
}

export async function listenOnLoopback(server: Server): Promise<LoopbackServer> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}

/** A TCP port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const listening = await listenOnLoopback(server);
  const { port } = server.address() as AddressInfo;
  await listening.close();
  return port;
}
