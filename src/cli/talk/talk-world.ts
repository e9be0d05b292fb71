import type { Environment } from '../../config/index.ts';
import type { TerminalLook } from '../terminal-lines.ts';

/** What `outdial talk` needs of the outside world. */
export interface TalkWorld {
  readonly environment: Environment;
  readonly print: (line: string) => void;
  readonly printError: (line: string) => void;
  readonly look: TerminalLook;
  /** Ctrl-C; the returned function stops listening. */
  onInterrupt(listener: () => void): () => void;
  /** Opens what is typed. */
  openKeyboard(): Keyboard;
  /** Other engines than those inside, by URL. */
  readonly speechModule?: string;
}

export interface Keyboard {
  /** Whether what is typed can be seen. */
  readonly isEchoed: boolean;
  /** The next line; undefined when there will be none. */
  nextLine(): Promise<string | undefined>;
  close(): void;
}
