/** The operator's espeak-ng, run for one text at a time: few processes, none longer than its time, none left behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { ProgramOrder, RunVoiceProgram } from '../providers/espeak-ng/index.ts';

/** Processes at the same time, of one thread; a text takes a hundredth of its length. */
const mostProcesses = 4;
const longestQueue = 1000;
/** Eleven minutes at 22.05 kHz. */
const mostBytes = 30_000_000;
const mostErrorCharacters = 300;
/** What the program needs of the environment: no secret of ours is in it. */
const passedVariables = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'ESPEAK_DATA_PATH'];

export function createVoiceProgram(program: string): RunVoiceProgram {
  let running = 0;
  const waiting = new Set<() => void>();

  async function takeTurn(signal: AbortSignal): Promise<void> {
    if (running < mostProcesses) {
      running += 1;
      return;
    }
    if (waiting.size >= longestQueue) throw new Error(`more than ${longestQueue} texts are waiting for ${program}`);
    await new Promise<void>((resolve, reject) => {
      const go = (): void => {
        signal.removeEventListener('abort', stop);
        resolve();
      };
      const stop = (): void => {
        waiting.delete(go);
        reject(new Error('not wanted any more'));
      };
      waiting.add(go);
      signal.addEventListener('abort', stop, { once: true });
    });
  }

  function giveTurn(): void {
    const [next] = waiting;
    if (next === undefined) running -= 1;
    else {
      waiting.delete(next);
      next();
    }
  }

  return async function* run(order, signal) {
    try {
      await takeTurn(signal);
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
    if (signal.aborted) return giveTurn();
    const output = new Output(program, order, signal);
    void output.ended.then(giveTurn);
    try {
      yield* output.chunks();
    } finally {
      output.kill('not wanted any more');
    }
  };
}

/** Of a process that cannot be started for want of file descriptors there are no streams, only its error. */
function start(program: string, given: readonly string[]): ChildProcess {
  const environment = Object.fromEntries(
    passedVariables.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
  return spawn(program, given, { env: environment, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
}

/** One process. What it writes is taken at once, however slowly it is listened to, so it ends when it has spoken. */
class Output {
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  readonly #signal: AbortSignal;
  readonly #program: string;
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;
  #errorText = '';
  #failure: string | undefined;
  #isOver = false;
  #wake: () => void = () => undefined;

  constructor(program: string, { arguments: given, input, timeoutMs }: ProgramOrder, signal: AbortSignal) {
    this.#program = program;
    this.#signal = signal;
    this.#child = start(program, given);
    this.ended = this.#watch(timeoutMs);
    // A program that ends before it has read everything says so by its exit code.
    this.#child.stdin?.on('error', () => undefined);
    this.#child.stdin?.end(input);
  }

  kill(reason: string): void {
    if (this.#isOver) return;
    this.#failure ??= reason;
    this.#child.kill('SIGKILL');
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) yield chunk;
      else if (this.#isOver) break;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
      if (this.#signal.aborted) return;
    }
    if (this.#failure !== undefined) throw new Error(`${this.#program}: ${this.#failure}`);
  }

  #watch(timeoutMs: number): Promise<void> {
    const { stdout, stderr } = this.#child;
    const timer = setTimeout(() => this.kill(`it took more than ${timeoutMs} ms`), timeoutMs);
    const stop = (): void => this.kill('not wanted any more');
    this.#signal.addEventListener('abort', stop, { once: true });
    stdout?.on('data', (chunk: Uint8Array) => {
      this.#bytes += chunk.length;
      if (this.#bytes > mostBytes) return this.kill('it does not stop');
      this.#chunks.push(chunk);
      this.#wake();
    });
    stderr?.on('data', (chunk: Buffer) => {
      if (this.#errorText.length < mostErrorCharacters) {
        this.#errorText += chunk.toString().slice(0, mostErrorCharacters);
      }
    });
    return new Promise((resolve) => {
      const end = (reason: string | undefined): void => {
        if (reason !== undefined) this.#failure ??= reason;
        clearTimeout(timer);
        this.#signal.removeEventListener('abort', stop);
        this.#isOver = true;
        this.#wake();
        resolve();
      };
      this.#child.once('error', (error: NodeJS.ErrnoException) => {
        end(error.code === 'ENOENT' ? 'it is not installed (set OUTDIAL_ESPEAK_PROGRAM)' : error.message);
      });
      this.#child.once('close', (code, by) => {
        const told = this.#errorText.trim();
        end(code === 0 ? undefined : `it ended with ${code ?? by}${told === '' ? '' : `: ${told}`}`);
      });
    });
  }
}
