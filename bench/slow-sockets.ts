/**
 * Promise A6 at full size: 1,000 slow sockets against the API with its real timeouts, and a good client beside them.
 * usage: node dist/bench/slow-sockets.js [sockets]
 */
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { listenBacklog } from '../src/api/index.ts';
import { createWorld, startCallUrl } from '../test/api/api-world.ts';

const count = Number(process.argv[2] ?? 1000);
const limits = { cutMs: 7000, goodP99Ms: 200 };
const world = createWorld();
await world.app.listen({ host: '127.0.0.1', port: 0, backlog: listenBacklog });
world.app.server.maxConnections = 4000;
const address = world.app.server.address();
if (address === null || typeof address === 'string') throw new Error('the API has no port');
const { port } = address;

const head = `POST ${startCallUrl('x')} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n`;

function trickle(socket: Socket, text: string): void {
  let sent = 0;
  const timer = setInterval(() => {
    if (socket.writable && sent < text.length) socket.write(text.slice(sent, (sent += 1)));
    else clearInterval(timer);
  }, 100);
  socket.once('close', () => {
    clearInterval(timer);
  });
}

/** Milliseconds from the connection to its end. */
function slowSocket(index: number): Promise<number> {
  return new Promise((resolve) => {
    const startedAtMs = performance.now();
    const socket = connect({ host: '127.0.0.1', port }, () => {
      if (index % 4 === 1) trickle(socket, head);
      if (index % 4 === 2) socket.write(head, () => trickle(socket, ' '.repeat(500)));
      if (index % 4 === 3) socket.write(`${head}{"to":`);
    });
    socket.on('error', () => undefined).resume();
    socket.on('close', () => {
      resolve(performance.now() - startedAtMs);
    });
  });
}

const slow = Array.from({ length: count }, (_, index) => slowSocket(index));
const progress = { isOver: false };
const cut = Promise.all(slow).finally(() => {
  progress.isOver = true;
});
const goodMs: number[] = [];
while (!progress.isOver) {
  const startedAtMs = performance.now();
  const response = await fetch(`http://127.0.0.1:${port}${startCallUrl('x')}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"to":"tel:+15551234"}',
  });
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`the good client got ${response.status}`);
  goodMs.push(performance.now() - startedAtMs);
  await wait(20);
}
const longestMs = Math.max(...(await cut));
await world.app.close();
goodMs.sort((a, b) => a - b);
const p99Ms = goodMs[Math.ceil(goodMs.length * 0.99) - 1] ?? Infinity;
console.log(
  `${count} slow sockets: the last one was cut after ${Math.round(longestMs)} ms (limit ${limits.cutMs}); ` +
    `good client: ${goodMs.length} calls, p99 ${p99Ms.toFixed(1)} ms (limit ${limits.goodP99Ms})`,
);
process.exitCode = longestMs <= limits.cutMs && p99Ms <= limits.goodP99Ms ? 0 : 1;
