/** Settings that are lists: entries separated by commas. */
import { diversionHeaderNames, identityHeaderNames } from '../sip/index.ts';
import { err, ok, type Result } from '../kit/index.ts';
import { parseHostRule, parseIpNetwork, parsePrefixes } from '../policy/index.ts';
import { isNameServer } from './name-server.ts';
import { splitEntries } from './split-entries.ts';
import { parseTrunkTarget, trunkTargetForm } from './trunk-target.ts';

export type ListEntry =
  | 'network'
  | 'sip-host'
  | 'trunk-target'
  | 'name-server'
  | 'prefix'
  | 'event-group'
  | 'bot-tool'
  | 'codec'
  | 'identity-header'
  | 'diversion-header';

/** What a receiver may be told beside the states of a call. */
export const eventGroups = ['turn', 'speech', 'dtmf', 'recording', 'transfer', 'command'] as const;

/** What a language model may do besides speaking. */
export const botTools = ['hang_up', 'transfer', 'collect_digits', 'send_digits', 'play_audio', 'set_variable'] as const;

/** As `allCodecs` of the room of session descriptions has them. */
export const codecWords = ['PCMU', 'PCMA', 'G722', 'opus'] as const;

const maxEntries = 1000;

const descriptions: Readonly<Record<ListEntry, string>> = {
  network: 'networks such as 10.0.0.0/8, separated by commas',
  'sip-host': 'host names, *.domains, addresses and networks, separated by commas; * for all',
  'trunk-target': `${trunkTargetForm}, separated by commas`,
  'name-server': 'IP addresses, each with or without :port, separated by commas',
  prefix: 'beginnings of numbers such as +1,+39',
  'event-group': `any of ${eventGroups.join(', ')}, separated by commas`,
  'identity-header': `any of ${identityHeaderNames.join(', ')}, separated by commas`,
  'diversion-header': `any of ${diversionHeaderNames.join(', ')}, separated by commas`,
  codec: `any of ${codecWords.join(', ')}, separated by commas`,
  'bot-tool': `any of ${botTools.join(', ')}, separated by commas, or none`,
};

const isEntry: Readonly<Record<ListEntry, (text: string) => boolean>> = {
  network: (text) => parseIpNetwork(text) !== undefined,
  'sip-host': (text) => parseHostRule(text) !== undefined,
  'trunk-target': (text) => parseTrunkTarget(text) !== undefined,
  'name-server': isNameServer,
  prefix: (text) => parsePrefixes(text)?.length === 1,
  'event-group': (text) => eventGroups.some((group) => group === text),
  'identity-header': (text) => identityHeaderNames.some((name) => name === text),
  'diversion-header': (text) => diversionHeaderNames.some((name) => name === text),
  codec: (text) => codecWords.some((word) => word.toLowerCase() === text.toLowerCase()),
  'bot-tool': (text) => text === 'none' || botTools.some((tool) => tool === text),
};

export function describeList(of: ListEntry): string {
  return descriptions[of];
}

/** The entries, each of which is known to be good. */
export function parseList(of: ListEntry, text: string): Result<readonly string[], string> {
  const entries = splitEntries(text);
  if (entries.length > maxEntries) return err(`it has more than ${maxEntries} entries`);
  const bad = entries.findIndex((entry) => !isEntry[of](entry));
  if (bad === -1) return ok(entries);
  const hint = of === 'network' ? '; bits behind the prefix must be zero' : '';
  return err(`entry ${bad + 1} is none of: ${describeList(of)}${hint}`);
}
