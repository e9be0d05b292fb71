/**
 * The response types of `output.generic` (specification §6.3, §6.4) in the words of the action catalogue: each becomes
 * texts, actions and state variables, in the order of the list. Left out: `option` and `suggestion`, which are no actions.
 */
import { isJsonObject, type Json, type JsonObject } from '../kit/index.ts';
import { type Action, readAction } from './read-action.ts';
import { isPresent, maxReplyItems, nameType, quote, readTexts } from './reply-values.ts';

export type ResponsePart =
  | { readonly type: 'texts'; readonly texts: readonly string[] }
  | { readonly type: 'action'; readonly action: Action }
  /** Set in the context that comes with the reply. */
  | { readonly type: 'variable'; readonly name: string; readonly value: Json };

/** One response: its fields, where it stands, and where its mistakes are told. */
interface Response {
  readonly item: JsonObject;
  readonly where: string;
  readonly problems: string[];
}

type Reader = (response: Response) => readonly ResponsePart[];

const readers: Readonly<Record<string, Reader>> = {
  text: readText,
  /** Nothing to hear. */
  image: () => [],
  audio: readAudio,
  speech_to_text: readSpeechToText,
  text_to_speech: readTextToSpeech,
  dtmf: readDtmf,
  start_activities: (response) => readActivities(response, 'start'),
  stop_activities: (response) => readActivities(response, 'stop'),
  connect_to_agent: readConnectToAgent,
  end_session: readEndSession,
  channel_transfer: readChannelTransfer,
  user_defined: readUserDefined,
};

/** Responses for other channels are left out; what is no response, or of an unknown type, too, which is said. */
export function readResponses(value: unknown, problems: string[]): readonly ResponsePart[] {
  if (!Array.isArray(value)) {
    problems.push(`output.generic is ${nameType(value)}, not a list.`);
    return [];
  }
  if (value.length > maxReplyItems) {
    problems.push(`output.generic has ${value.length} responses; only the first ${maxReplyItems} are read.`);
  }
  return value.slice(0, maxReplyItems).flatMap((item: unknown, index) => {
    const where = `output.generic[${index}]`;
    if (!isJsonObject(item)) {
      problems.push(`${where} is ${nameType(item)}, not an object.`);
      return [];
    }
    if (!isForVoice(item['channels'])) return [];
    const { response_type: type } = item;
    const reader = typeof type === 'string' && Object.hasOwn(readers, type) ? readers[type] : undefined;
    if (reader !== undefined) return reader({ item, where, problems });
    problems.push(
      `${where} is not supported: response type ${typeof type === 'string' ? quote(type) : nameType(type)}.`,
    );
    return [];
  });
}

/** A response may name the channels it is meant for; without such a list it is for all (§6.4). */
function isForVoice(channels: unknown): boolean {
  if (!Array.isArray(channels) || channels.length === 0) return true;
  return channels.some((entry) => isJsonObject(entry) && entry['channel'] === 'voice_telephony');
}

/** Of several `values` the first one is taken, all when `multiline`. */
function readText({ item, where, problems }: Response): readonly ResponsePart[] {
  const { text, values, selection_policy: policy } = item;
  if (isPresent(text)) return [{ type: 'texts', texts: readTexts(text, where, problems) }];
  if (!Array.isArray(values)) {
    problems.push(`${where} has no text.`);
    return [];
  }
  const texts = values.slice(0, maxReplyItems).map((entry) => (isJsonObject(entry) ? entry['text'] : entry));
  return [{ type: 'texts', texts: readTexts(policy === 'multiline' ? texts : texts.slice(0, 1), where, problems) }];
}

function readAudio({ item }: Response): readonly ResponsePart[] {
  const loop = valueAt(item, 'channel_options', 'voice_telephony', 'loop');
  return [action('vgwActPlayUrl', renamed({ ...item, loop: loop ?? null }, { source: 'url', loop: 'playURLInLoop' }))];
}

function readSpeechToText(response: Response): readonly ResponsePart[] {
  const { type, parameters } = readCommand(response);
  if (type !== 'configure') return unknownCommand(response, type);
  const names = {
    narrowband_recognize: 'config',
    broadband_recognize: 'broadbandConfig',
    band_preference: 'bandPreference',
  };
  return [action('vgwActSetSTTConfig', { ...renamed(parameters, names), ...updateMethod(parameters) })];
}

function readTextToSpeech(response: Response): readonly ResponsePart[] {
  const { type, parameters } = readCommand(response);
  switch (type) {
    case 'configure':
      return [
        action('vgwActSetTTSConfig', { ...renamed(parameters, { synthesize: 'config' }), ...updateMethod(parameters) }),
      ];
    case 'enable_barge_in':
      return [action('vgwActEnableSpeechBargeIn')];
    case 'disable_barge_in':
      return [action('vgwActDisableSpeechBargeIn')];
    default:
      return unknownCommand(response, type);
  }
}

const collectNames = {
  termination_key: 'dtmfTermKey',
  count: 'dtmfCount',
  minimum_count: 'dtmfMinCount',
  maximum_count: 'dtmfMaxCount',
  inter_digit_timeout_count: 'dtmfInterDigitTimeoutCount',
  ignore_speech: 'dtmfIgnoreSpeech',
  stop_after_collection: 'dtmfPauseAfterCollection',
};

function readDtmf(response: Response): readonly ResponsePart[] {
  const { type, parameters } = readCommand(response);
  switch (type) {
    case 'collect':
      return [action('vgwActCollectDTMF', renamed(parameters, collectNames))];
    case 'send':
      return [action('vgwActSendDTMF', renamed(parameters, { digits: 'dtmfDigits', send_interval: 'sendInterval' }))];
    case 'enable_barge_in':
      return [action('vgwActEnableDTMFBargeIn')];
    case 'disable_barge_in':
      return [action('vgwActDisableDTMFBargeIn')];
    default:
      return unknownCommand(response, type);
  }
}

const activities: Readonly<Record<string, Readonly<Record<'start' | 'stop', string>>>> = {
  speech_to_text_recognition: { start: 'vgwActUnPauseSTT', stop: 'vgwActPauseSTT' },
  dtmf_collection: { start: 'vgwActUnPauseDTMF', stop: 'vgwActPauseDTMF' },
};

function readActivities({ item, where, problems }: Response, what: 'start' | 'stop'): readonly ResponsePart[] {
  const { activities: list } = item;
  if (!Array.isArray(list)) {
    problems.push(`${where} has no list of activities.`);
    return [];
  }
  return list.slice(0, maxReplyItems).flatMap((each) => {
    const type = isJsonObject(each) ? each['type'] : undefined;
    const commands = typeof type === 'string' && Object.hasOwn(activities, type) ? activities[type] : undefined;
    if (commands !== undefined) return [action(commands[what])];
    problems.push(`${where} names an unknown activity: ${typeof type === 'string' ? quote(type) : nameType(type)}.`);
    return [];
  });
}

/** The first message is said, then the call is transferred; the second one is said if that fails. */
function readConnectToAgent(response: Response): readonly ResponsePart[] {
  const { item } = response;
  const messageOf = (when: string): string => {
    const message = valueAt(item, when, 'message') ?? valueAt(item, 'transfer_info', when, 'message');
    return typeof message === 'string' ? message.trim() : '';
  };
  const [available, unavailable] = [messageOf('agent_available'), messageOf('agent_unavailable')];
  const sip = valueAt(item, 'transfer_info', 'target', 'service_desk', 'sip');
  return [
    ...(available === '' ? [] : [action('vgwActPlayText', { text: [available] })]),
    ...(unavailable === ''
      ? []
      : [{ type: 'variable', name: 'vgwTransferFailedMessage', value: unavailable } as const]),
    action('vgwActTransfer', transferParameters(isJsonObject(sip) ? sip : {}, response)),
  ];
}

function transferParameters(sip: JsonObject, { where, problems }: Response): JsonObject {
  const { transfer_headers: headers, transfer_headers_send_method: send, transfer_method: method } = sip;
  const codes = sip['accept_transfer_reject_codes'];
  const named = readHeaders(headers, `${where} transfer_headers`, problems);
  const sendMethod =
    send === 'contact_header' ? 'contactHeader' : send === 'refer_to_header' ? 'referToURL' : undefined;
  const isUui = ([name]: readonly [string, Json]): boolean => name.toLowerCase() === 'user-to-user';
  const uui = sendMethod === undefined ? undefined : named.find(isUui);
  const others = uui === undefined ? named : named.filter((header) => !isUui(header));
  if (sendMethod !== undefined && others.length > 0) {
    problems.push(
      `${where}: only User-to-User can be sent as ${quote(typeof send === 'string' ? send : '')}; other headers go as headers.`,
    );
  }
  return {
    ...renamed(sip, { uri: 'transferTarget', transfer_target_header: 'transferTargetHeader' }),
    ...(typeof method === 'string' ? { transferMethod: method.toUpperCase() } : {}),
    ...(others.length === 0 ? {} : { transferHeaders: Object.fromEntries(others) }),
    ...(uui === undefined || sendMethod === undefined ? {} : { uuiData: uui[1], uuiSendMethod: sendMethod }),
    ...(isPresent(codes) ? { acceptTransferRejectCodes: Array.isArray(codes) ? codes.join(',') : (codes ?? '') } : {}),
  };
}

function readEndSession({ item, where, problems }: Response): readonly ResponsePart[] {
  const list = valueAt(item, 'channel_options', 'voice_telephony', 'sip', 'headers');
  const headers = readHeaders(list, `${where} headers`, problems);
  return [action('vgwActHangup', headers.length === 0 ? {} : { headers: Object.fromEntries(headers) })];
}

/** `[{name, value}]` as they stand in the successor's lists; SIP's own rules are for who sends them. */
function readHeaders(value: Json | undefined, where: string, problems: string[]): readonly (readonly [string, Json])[] {
  if (!isPresent(value)) return [];
  const headers = (Array.isArray(value) ? value : [])
    .slice(0, maxReplyItems)
    .flatMap((each: unknown): (readonly [string, Json])[] => {
      const { name, value: text } = isJsonObject(each) ? each : {};
      return typeof name === 'string' && typeof text === 'string' ? [[name, text]] : [];
    });
  if (!Array.isArray(value) || headers.length < value.length) {
    problems.push(`${where}: not all is a list of objects with name and value.`);
  }
  return headers;
}

/** A text message with a link: voice has no other way to another channel. */
function readChannelTransfer({ item, where, problems }: Response): readonly ResponsePart[] {
  const url = valueAt(item, 'transfer_info', 'target', 'chat', 'url');
  if (typeof url !== 'string') {
    problems.push(`${where} names no transfer_info.target.chat.url, and a call goes to no other channel.`);
    return [];
  }
  const { message_to_user: message } = item;
  return [action('vgwActSendSMS', { message: typeof message === 'string' ? `${message} ${url}` : url })];
}

/** What it holds beside actions is for other readers of the reply. */
function readUserDefined({ item, where, problems }: Response): readonly ResponsePart[] {
  const single = valueAt(item, 'user_defined', 'vgwAction');
  const sequence = valueAt(item, 'user_defined', 'vgwActionSequence');
  const asked: readonly unknown[] = Array.isArray(sequence) ? sequence : [single];
  return asked
    .filter(isPresent)
    .slice(0, maxReplyItems)
    .flatMap((each) => {
      const read = readAction(each, `${where} vgwAction`, problems);
      return read === undefined ? [] : [{ type: 'action', action: read } as const];
    });
}

function readCommand({ item }: Response): { readonly type: Json | undefined; readonly parameters: JsonObject } {
  const parameters = valueAt(item, 'command_info', 'parameters');
  return { type: valueAt(item, 'command_info', 'type'), parameters: isJsonObject(parameters) ? parameters : {} };
}

function unknownCommand({ where, problems }: Response, type: Json | undefined): readonly ResponsePart[] {
  problems.push(`${where} has an unknown command: ${typeof type === 'string' ? quote(type) : nameType(type)}.`);
  return [];
}

/** `replace_once` here is `replaceOnce` there. */
function updateMethod({ update_strategy: strategy }: JsonObject): JsonObject {
  if (typeof strategy !== 'string') return {};
  return { updateMethod: strategy.replace(/_once$/, 'Once') };
}

/** The fields that are there, under their names in the action catalogue. */
function renamed(from: JsonObject, names: Readonly<Record<string, string>>): JsonObject {
  const pairs = Object.entries(names).flatMap(([name, to]): [string, Json][] => {
    const value = from[name];
    return value === undefined || value === null ? [] : [[to, value]];
  });
  return Object.fromEntries(pairs);
}

function action(command: string, parameters: JsonObject = {}): ResponsePart {
  return { type: 'action', action: { command, parameters } };
}

function valueAt(from: JsonObject, ...path: readonly string[]): Json | undefined {
  let value: Json | undefined = from;
  for (const name of path) value = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return value;
}
