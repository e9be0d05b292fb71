/** What a model may do besides speaking: tools, and the actions of the gateway that their calls become. */
import { isJsonObject, type Json, type JsonObject } from '../../kit/index.ts';
import type { ToolCall } from './answer-reader.ts';
import { historyKey } from './history.ts';

export const toolNames = [
  'hang_up',
  'transfer',
  'collect_digits',
  'send_digits',
  'play_audio',
  'set_variable',
] as const;
export type ToolName = (typeof toolNames)[number];

/** What a call of a tool comes to. */
export interface ToolEffect {
  /** Spoken before the action, for models that write no text beside a call. */
  readonly say?: string;
  readonly action?: JsonObject;
  readonly variable?: readonly [name: string, value: Json];
  /** Why nothing is done; one sentence that the model is told too. */
  readonly fault?: string;
}

const text = (description: string): JsonObject => ({ type: 'string', description });
const whole = (description: string): JsonObject => ({ type: 'integer', minimum: 1, maximum: 100, description });
const say = text('What to say first, if you have not said it in your answer.');

const tools: Readonly<Record<ToolName, { readonly description: string; readonly parameters: JsonObject }>> = {
  hang_up: {
    description: 'Ends the call once everything has been said. Say goodbye first.',
    parameters: objectOf({ say }),
  },
  transfer: {
    description: 'Hands the call over to someone else; you are out of it then.',
    parameters: objectOf({ target: text('SIP or tel URI, for example tel:+15551234.'), say }, ['target']),
  },
  collect_digits: {
    description: 'Lets the person enter digits on the keypad. They come as the next message.',
    parameters: objectOf({
      count: whole('Exactly so many digits.'),
      min_count: whole('At least so many digits.'),
      max_count: whole('At most so many digits.'),
      end_key: text('Key that ends the input, for example #.'),
      say,
    }),
  },
  send_digits: {
    description: 'Presses keys on the line, for example to get through the menu of a machine.',
    parameters: objectOf({ digits: text('Of 0 to 9, *, #, A to D.') }, ['digits']),
  },
  play_audio: {
    description: 'Plays an audio file. Use only addresses that you were given.',
    parameters: objectOf(
      {
        url: text('http or https address of a WAV file.'),
        loop: { type: 'boolean', description: 'Over and over, behind what is said next.' },
      },
      ['url'],
    ),
  },
  set_variable: {
    description: 'Keeps a value with the call, for whoever placed it. Go on talking as if nothing had happened.',
    parameters: objectOf({ name: text('For example outcome.'), value: { type: ['string', 'number', 'boolean'] } }, [
      'name',
      'value',
    ]),
  },
};

function objectOf(properties: JsonObject, required: readonly string[] = []): JsonObject {
  return { type: 'object', properties, required: [...required], additionalProperties: false };
}

/** The `tools` of a request. */
export function describeTools(names: readonly ToolName[]): Json[] {
  return names.map((name) => ({ type: 'function', function: { name, ...tools[name] } }));
}

/** What a call asks for. `names` are the tools that were offered: others are not there. */
export function readToolCall({ name, arguments: written }: ToolCall, names: readonly ToolName[]): ToolEffect {
  const known = names.find((each) => each === name);
  if (known === undefined) return { fault: `There is no tool "${name}".` };
  const values = parseArguments(written);
  if (values === undefined) return { fault: `The arguments of ${known} are not a JSON object.` };
  const before = typeof values['say'] === 'string' && values['say'].trim() !== '' ? { say: values['say'] } : {};
  switch (known) {
    case 'hang_up':
      return { ...before, action: { command: 'vgwActHangup' } };
    case 'transfer':
      return {
        ...before,
        action: { command: 'vgwActTransfer', parameters: given({ transferTarget: values['target'] }) },
      };
    case 'collect_digits':
      return { ...before, action: { command: 'vgwActCollectDTMF', parameters: digitRule(values) } };
    case 'send_digits':
      return sendDigits(values['digits']);
    case 'play_audio':
      return { action: { command: 'vgwActPlayUrl', parameters: playUrl(values) } };
    case 'set_variable':
      return setVariable(values);
    default:
      return known satisfies never;
  }
}

/** No arguments at all come as an empty text. */
function parseArguments(written: string): JsonObject | undefined {
  if (written.trim() === '') return {};
  try {
    const values: unknown = JSON.parse(written);
    return isJsonObject(values) ? values : undefined;
  } catch {
    return undefined;
  }
}

function digitRule(values: JsonObject): JsonObject {
  const { count, min_count: least, max_count: most, end_key: key } = values;
  const rule = given({ dtmfCount: count, dtmfMinCount: least, dtmfMaxCount: most, dtmfTermKey: key });
  // Without an end of their own digits end where people expect it.
  const isOpen =
    rule['dtmfCount'] === undefined && rule['dtmfMaxCount'] === undefined && rule['dtmfTermKey'] === undefined;
  return isOpen ? { ...rule, dtmfTermKey: '#' } : rule;
}

function playUrl({ url, loop }: JsonObject): JsonObject {
  return { ...given({ url }), playURLInLoop: loop === true ? 'Yes' : 'No' };
}

/** RFC 4733 §3.2: the codes of the keys. */
function sendDigits(value: Json | undefined): ToolEffect {
  const keys = typeof value === 'number' ? String(value) : value;
  if (typeof keys !== 'string' || !/^[\d*#A-D\s-]{1,64}$/i.test(keys)) {
    return { fault: 'The digits of send_digits are not 1 to 64 of 0 to 9, *, #, A to D.' };
  }
  const digits = keys.replaceAll(/[\s-]/g, '').toUpperCase();
  const codes = digits.split('').map((digit) => ({ code: '0123456789*#ABCD'.indexOf(digit) }));
  return { action: { command: 'vgwActSendDTMF', parameters: { dtmfDigits: codes } } };
}

function setVariable({ name, value }: JsonObject): ToolEffect {
  if (typeof name !== 'string' || !/^[\p{L}_][\p{L}\p{N}_]{0,63}$/u.test(name) || name === historyKey) {
    return { fault: 'The name of set_variable is not 1 to 64 letters, digits and underscores.' };
  }
  if (value === undefined) return { fault: 'set_variable has no value.' };
  return { variable: [name, value] };
}

function given(values: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, Json] => entry[1] !== undefined && entry[1] !== null),
  );
}
