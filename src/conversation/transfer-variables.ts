/** What a bot sets for transfers and the end of a call by state variables (specification §5.4). */
import type { JsonObject } from '../kit/index.ts';
import { readHeader, readTarget } from './read-transfer.ts';
import { readFlag } from './reply-values.ts';
import type { NamedHeader } from './transfer-order.ts';

export interface TransferVariables {
  /** Where a transfer without a target of its own goes, and a call whose bot failed. */
  readonly transferTarget?: string;
  readonly transferHeader?: NamedHeader;
  readonly transferTargetHeader?: string;
  /** Whether a call ends when its transfer failed. */
  readonly isEndedByTransferFailure?: boolean;
  /** Spoken when it does. */
  readonly transferFailedMessage?: string;
  /** Added to our BYE. */
  readonly byeHeader?: NamedHeader;
}

const longestMessage = 1000;

/** What cannot be used counts as absent; it is said in `problems`, unless it was there `before`, because a context goes round. */
export function readTransferVariables(context: JsonObject, before: JsonObject, problems: string[]): TransferVariables {
  const problemsFor = (...names: readonly string[]): string[] =>
    names.some((name) => context[name] !== before[name]) ? problems : [];
  const {
    vgwTransferTarget,
    vgwTransferTargetHeader: targetHeader,
    vgwTransferFailedMessage: message,
    vgwDisconnectCallOnTransferFailure: disconnects,
  } = context;
  const transferTarget = readTarget(vgwTransferTarget);
  const pair = (name: string): NamedHeader | undefined =>
    readHeader(context[name], context[`${name}Val`], name, problemsFor(name, `${name}Val`));
  const transferHeader = pair('vgwTransferHeader');
  const byeHeader = pair('vgwByeCustomHeader');
  const hasFlag = disconnects !== undefined && disconnects !== null && disconnects !== '';
  const flag = 'vgwDisconnectCallOnTransferFailure';
  return {
    ...(transferTarget === undefined ? {} : { transferTarget }),
    ...(transferHeader === undefined ? {} : { transferHeader }),
    ...(typeof targetHeader === 'string' && targetHeader !== '' ? { transferTargetHeader: targetHeader } : {}),
    ...(hasFlag ? { isEndedByTransferFailure: readFlag(disconnects, flag, problemsFor(flag)) } : {}),
    ...(typeof message === 'string' && message.length <= longestMessage && message !== ''
      ? { transferFailedMessage: message }
      : {}),
    ...(byeHeader === undefined ? {} : { byeHeader }),
  };
}
