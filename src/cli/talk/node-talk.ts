/** `outdial talk` on this machine. */
import { createInterface } from 'node:readline';
import type { Environment } from '../../config/index.ts';
import { lookOf } from '../terminal.ts';
import { plain } from '../wrap-text.ts';
import { runTalk } from './run-talk.ts';
import type { TalkOrder } from './talk-order.ts';
import type { Keyboard } from './talk-world.ts';

export async function runTalkHere(order: TalkOrder, environment: Environment): Promise<number> {
  const interrupts = new Set<() => void>();
  const interrupt = (): void => {
    for (const listener of interrupts) listener();
  };
  process.on('SIGINT', interrupt);
  try {
    return await runTalk(order, {
      environment,
      print: (line) => {
        console.log(line);
      },
      printError: (text) => {
        for (const line of text.split('\n')) console.error(plain(line));
      },
      look: lookOf(process.stdout, environment),
      onInterrupt: (listener) => {
        interrupts.add(listener);
        return () => interrupts.delete(listener);
      },
      openKeyboard: () => openKeyboard(interrupt),
    });
  } finally {
    process.off('SIGINT', interrupt);
  }
}

/** Lines of the standard input; in a terminal behind a prompt. */
function openKeyboard(interrupt: () => void): Keyboard {
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
  const lines = createInterface({
    input: process.stdin,
    ...(isTerminal ? { output: process.stdout, prompt: '    you> ' } : {}),
  });
  const typed: string[] = [];
  const ended = { isSo: false };
  let isPrompting = false;
  let onMore = (): void => undefined;
  lines.on('line', (line) => {
    typed.push(line);
    onMore();
  });
  lines.on('close', () => {
    // What is told next does not stand behind the prompt.
    if (isPrompting) process.stdout.write('\n');
    isPrompting = false;
    ended.isSo = true;
    onMore();
  });
  // A terminal that is read from takes Ctrl-C itself.
  lines.on('SIGINT', interrupt);
  return {
    isEchoed: isTerminal,
    async nextLine() {
      if (typed.length === 0 && !ended.isSo) {
        if (isTerminal) lines.prompt();
        isPrompting = isTerminal;
        await new Promise<void>((resolve) => {
          onMore = resolve;
        });
        if (typed.length > 0) isPrompting = false;
      }
      return typed.shift();
    },
    close() {
      lines.close();
    },
  };
}
