/** The floor for `bench/media.ts`: one socket a call that sends back what comes, in a thread with nothing else to do. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { tellThread } from './media-engines.ts';

tellThread('echo');
const ports: number[] = [];
const sockets = Array.from({ length: workerData as number }, () => createSocket('udp4'));
for (const socket of sockets) {
  socket.on('message', (bytes, { port, address }) => socket.send(bytes, port, address));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  ports.push(socket.address().port);
}
parentPort?.postMessage(ports);
parentPort?.once('message', () => {
  for (const socket of sockets) socket.close();
});
