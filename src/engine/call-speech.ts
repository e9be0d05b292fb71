/** The speech of one call: what its tenant says, and what its bot changes of it for the rest of the call or for a turn. */
import { err, ok, type Result } from '../kit/index.ts';
import type { MediaCommand } from '../media/index.ts';
import type { ConfigureSpeech } from '../turn/index.ts';
import { configureSpeech, requestedSpeechUrls, speechSelectionOf, type Tenant } from '../tenants/index.ts';

export class CallSpeech {
  /** As it is from the next turn on, and as it is now. */
  #lasting: Tenant;
  #present: Tenant;
  readonly #checkUrl: (url: string) => Result<void, string>;

  /** `checkUrl` judges URLs that the bot gives. */
  constructor(tenant: Tenant, checkUrl: (url: string) => Result<void, string>) {
    this.#lasting = tenant;
    this.#present = tenant;
    this.#checkUrl = checkUrl;
  }

  /** Whatever the call says of speech, with the engines and options of this moment. */
  complete(command: MediaCommand): MediaCommand {
    return command.type === 'open' ? { ...command, speech: speechSelectionOf(this.#present) } : command;
  }

  /** What the media is to be told, or why nothing was changed. */
  configure({ service, update, config }: ConfigureSpeech): Result<MediaCommand, string> {
    const isOnce = update === 'replace-once' || update === 'merge-once';
    const method = update === 'merge' || update === 'merge-once' ? 'merge' : 'replace';
    const present = this.#judged(configureSpeech(this.#present, service, method, config));
    if (!present.ok) return present;
    const lasting = isOnce ? ok(this.#lasting) : configureSpeech(this.#lasting, service, method, config);
    if (!lasting.ok) return lasting;
    this.#present = present.value;
    this.#lasting = lasting.value;
    return ok(commandFor(this.#present));
  }

  /** A turn begins: what was for one turn only is over. Undefined when nothing was. */
  onTurn(): MediaCommand | undefined {
    if (this.#present === this.#lasting) return undefined;
    this.#present = this.#lasting;
    return commandFor(this.#present);
  }

  #judged(tenant: Result<Tenant, string>): Result<Tenant, string> {
    if (!tenant.ok) return tenant;
    for (const { name, url } of requestedSpeechUrls(tenant.value)) {
      const judged = this.#checkUrl(url);
      if (!judged.ok) return err(`${name} is not allowed: ${judged.error}`);
    }
    return tenant;
  }
}

function commandFor(tenant: Tenant): MediaCommand {
  return { type: 'configure-speech', speech: speechSelectionOf(tenant), recognition: tenant.stt };
}
