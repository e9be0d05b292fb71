import type { OutdialClient } from '../../client/index.ts';
import type { TerminalLook } from '../terminal-lines.ts';

/** What the commands need of the outside world. */
export interface CallWorld {
  readonly client: OutdialClient;
  readonly print: (line: string) => void;
  readonly printError: (line: string) => void;
  readonly look: TerminalLook;
  /** Its base. */
  readonly gatewayUrl: string;
  /** Ctrl-C; the returned function stops listening. */
  onInterrupt(listener: () => void): () => void;
  wallMs(): number;
  newId(): string;
  /** Resolves with the HTTP status, or with why there is none. */
  post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<number | string>;
  writeFile(path: string, bytes: Uint8Array): Promise<void>;
  /** Of OUTDIAL_WEBHOOK_SECRETS. */
  readonly signingKeys: readonly Buffer[];
}
