/** Gateways as child processes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

export interface GatewayProcess {
  /** Of its present life: it may begin anew under another port. */
  readonly httpUrl: string;
  readonly child: ChildProcess;
  /** What it wrote on standard error and, but for the first line, standard output. */
  readonly output: () => string;
  /** Ends it with this signal and waits for it to be gone. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** How often it has said that it is ready. */
  readonly starts: () => number;
}

const startLimitMs = 20_000;
const running = new Set<ChildProcess>();

/** Ends whatever a failed test has left running. */
export function endAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

export function startGatewayProcess(environment: Readonly<Record<string, string>>): Promise<GatewayProcess> {
  return startProcess('gateway-process.js', environment);
}

/** A program of this folder that says `ready <word>` on a line of its own when it is. */
export function startProcess(file: string, environment: Readonly<Record<string, string>>): Promise<GatewayProcess> {
  const entry = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, ['--enable-source-maps', entry], {
    env: { PATH: process.env['PATH'] ?? '', LOG_LEVEL: 'warn', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => {
      running.delete(child);
      resolve();
    });
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the gateway did not start within ${startLimitMs} ms: ${output}`));
    }, startLimitMs);
    void gone.then(() => {
      reject(new Error(`the gateway ended at its start: ${output}`));
    });
    const starts = (): string[] => [...output.matchAll(/^ready (\S+)$/gm)].map(([, url = '']) => url);
    const onText = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
      if (starts().length === 0) return;
      clearTimeout(timer);
      resolve({
        get httpUrl() {
          return starts().at(-1) ?? '';
        },
        child,
        output: () => output,
        starts: () => starts().length,
        async end(signal) {
          child.kill(signal);
          await gone;
        },
      });
    };
    child.stdout.on('data', onText);
    child.stderr.on('data', onText);
  });
}

const silencesByKind: Readonly<Record<string, number>> = { short: 1, medium: 12, long: 30, endless: Infinity };

/** A bot that ends calls at a silence that their context's `kind` says. */
export async function startBot(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const { input, context } = JSON.parse(body) as { input: { text: string }; context: Record<string, unknown> };
      const silences = Number(context['silences'] ?? 0) + (input.text === 'vgwPostResponseTimeout' ? 1 : 0);
      const isLast = silences >= (silencesByKind[String(context['kind'])] ?? 30);
      const output = isLast ? { vgwAction: { command: 'vgwActHangup' } } : {};
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ output, context: { ...context, silences } }));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/bot`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => {
        resolve(port);
      });
    });
  });
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
