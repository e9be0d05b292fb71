/** What a running call can be told. Each is answered with 202 when the call has taken it; its events tell what becomes of it. */
import { z } from 'zod';
import type { ControlCommand } from '../../engine/index.ts';
import {
  err,
  type GatewayError,
  gatewayError,
  isJsonObject,
  type JsonObject,
  ok,
  type Result,
} from '../../kit/index.ts';
import { bodyLimits } from '../json-body.ts';
import type { ApiPorts } from '../ports.ts';
import { isFinal } from './call-resource.ts';
import { callRoute, type Parsed, type V1Route } from './route.ts';

const taken = z.object({ status: z.literal('taken') }).meta({ id: 'CommandTaken' });

interface CommandDescription<B extends z.ZodObject> {
  /** Behind the path of the call. */
  readonly name: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly body: B;
  readonly example: JsonObject;
  readonly problems: V1Route['problems'];
}

function commandRoute<B extends z.ZodObject>(
  { name, problems, ...description }: CommandDescription<B>,
  commandOf: (body: Parsed<B>, ports: ApiPorts) => Result<ControlCommand, GatewayError>,
): V1Route {
  return callRoute<undefined, B>(
    {
      method: 'POST',
      path: `/calls/:sessionId/${name}`,
      ...description,
      answers: [{ status: 202, description: 'The call has taken the command.', schema: taken }],
      problems: ['call.is-over', ...problems, 'call.owner-silent'],
      access: 'credentials',
    },
    async ({ call, body }, ports) => {
      const command = commandOf(body, ports);
      if (!command.ok) return command;
      if (isFinal(call)) return err(gatewayError('call.is-over', 'The call is over.'));
      const told = await ports.v1.control(call, command.value);
      return told.ok ? ok({ status: 202, body: { status: 'taken' }, sessionId: call.sessionId }) : told;
    },
  );
}

const between =
  'It is carried out between turns: after what plays now and before a hang-up or a transfer that waits behind it; while the bot thinks, after its answer. The callee may interrupt it as the bot allows.';

const hangUp = commandRoute(
  {
    name: 'hangup',
    operationId: 'hangUpCall',
    summary: 'Hang up or cancel',
    description:
      'Ends the call now, whatever plays. An answered call ends as `ended` with the end code `completed.api`, one that was not answered as `failed` with `call.cancelled`.',
    body: z.strictObject({}),
    example: {},
    problems: [],
  },
  () => ok({ type: 'hang-up' }),
);

const say = commandRoute(
  {
    name: 'say',
    operationId: 'sayInCall',
    summary: 'Say a text',
    description: `Speaks a text to the callee. ${between}`,
    body: z.strictObject({ text: z.string().trim().min(1).max(5000) }),
    example: { text: 'One moment, please.' },
    problems: ['call.not-answered', 'call.busy'],
  },
  ({ text }) => ok({ type: 'say', text }),
);

const play = commandRoute(
  {
    name: 'play',
    operationId: 'playInCall',
    summary: 'Play a WAV file',
    description: `Plays a WAV file (PCM, 16 bit, 8 or 16 kHz, at most 10 MB) to the callee. ${between}`,
    body: z.strictObject({ url: z.url({ protocol: /^https?$/ }).max(2048) }),
    example: { url: 'https://media.example.com/music.wav' },
    problems: ['guard.destination', 'call.not-answered', 'call.busy'],
  },
  ({ url }, ports) => {
    const judged = ports.checkRequestUrl(url);
    if (!judged.ok) return err(gatewayError('guard.destination', `url is not allowed: ${judged.error}`));
    return ok({ type: 'play', url });
  },
);

const transfer = commandRoute(
  {
    name: 'transfer',
    operationId: 'transferCall',
    summary: 'Transfer the call',
    description: `Transfers the call by REFER, as the bot does with vgwActTransfer; the target is held to what a \`to\` is held to. ${between} Its outcome is told by the events.`,
    body: z.strictObject({
      target: z.string().min(1).max(1024).describe('SIP or tel URI.'),
      method: z
        .enum(['blind', 'attended'])
        .exactOptional()
        .describe(
          'blind: the far end is asked to call the target. attended: the gateway calls it first, and the far end takes its place there once it has answered (Replaces); if it does not answer, the call goes on as after any failed transfer. blind unless it says otherwise.',
        ),
    }),
    example: { target: 'sip:desk@pbx.example.com' },
    problems: ['request.bad-uri', 'call.not-answered', 'call.busy'],
  },
  ({ target, method }, ports) => {
    const checked = ports.checkCallUri(target);
    if (!checked.ok) return err(gatewayError('request.bad-uri', `target: ${checked.error}`));
    const attended = method === 'attended' ? { isAttended: true as const } : {};
    return ok({ type: 'transfer', order: { method: 'refer', target, acceptedCodes: [], ...attended } });
  },
);

const setVariables = commandRoute(
  {
    name: 'variables',
    operationId: 'setVariables',
    summary: 'Put variables into the context',
    description:
      'Sets variables in the context that the bot is given with its next turn. What is set before that turn adds up; together at most 16 KiB of JSON.',
    body: z.strictObject({ variables: z.custom<JsonObject>(isJsonObject, 'expected an object') }),
    example: { variables: { openOrders: 2 } },
    problems: ['request.too-large', 'call.busy'],
  },
  ({ variables }) => {
    if (Buffer.byteLength(JSON.stringify(variables)) > bodyLimits.contextBytes) {
      return err(gatewayError('request.too-large', `The variables are larger than ${bodyLimits.contextBytes} bytes.`));
    }
    return ok({ type: 'set-variables', variables });
  },
);

const mute = commandRoute(
  {
    name: 'mute',
    operationId: 'muteCall',
    summary: 'Mute one side',
    description:
      '`bot`: the callee hears silence in place of the bot, which goes on all the same. `callee`: the bot hears silence in place of the callee; keys still count. The recording holds what was heard. It stays so until it is told otherwise.',
    body: z.strictObject({ who: z.enum(['bot', 'callee']), isMuted: z.boolean() }),
    example: { who: 'bot', isMuted: true },
    problems: ['call.not-answered'],
  },
  ({ who, isMuted }) => ok({ type: 'mute', who, isMuted }),
);

const sendDigits = commandRoute(
  {
    name: 'digits',
    operationId: 'sendDigits',
    summary: 'Send keys',
    description: `Sends keys to the far end as telephone events (RFC 4733), or as tones where it has not agreed to them. ${between}`,
    body: z.strictObject({ digits: z.string().regex(/^[0-9*#A-D]{1,64}$/, 'expected 1 to 64 of 0-9, *, #, A-D') }),
    example: { digits: '1234#' },
    problems: ['call.not-answered', 'call.busy'],
  },
  ({ digits }) => ok({ type: 'send-digits', digits }),
);

const receiveMessage = commandRoute(
  {
    name: 'messages',
    operationId: 'receiveMessage',
    summary: 'Hand over a text message',
    description:
      'For whatever receives text messages: the bot is told of this one in a turn of its own, as soon as nobody speaks and no keys are collected. Taken when ENABLE_INBOUND_SMS is true or the bot asked for them; at most 16 wait.',
    body: z.strictObject({
      text: z.string().max(5000).default(''),
      media: z
        .array(
          z.strictObject({
            url: z
              .url({ protocol: /^https?$/ })
              .max(2048)
              .describe('Goes to the bot; the gateway does not fetch it.'),
            contentType: z.string().max(256).exactOptional(),
          }),
        )
        .max(10)
        .default([]),
      userPhoneNumber: z.string().min(1).max(64).exactOptional().describe('Of the sender; else the number called.'),
      context: z.custom<JsonObject>(isJsonObject, 'expected an object').exactOptional(),
    }),
    example: { text: 'My number is 4711.' },
    problems: ['request.too-large', 'call.not-answered', 'call.takes-no-messages', 'call.busy'],
  },
  ({ text, media, userPhoneNumber, context }) => {
    if (text.trim() === '' && media.length === 0)
      return err(gatewayError('request.malformed', 'text and media are empty'));
    if (context !== undefined && Buffer.byteLength(JSON.stringify(context)) > bodyLimits.contextBytes) {
      return err(gatewayError('request.too-large', `The context is larger than ${bodyLimits.contextBytes} bytes.`));
    }
    const message = {
      text,
      media,
      ...(userPhoneNumber === undefined ? {} : { userNumber: userPhoneNumber }),
      ...(context === undefined ? {} : { context }),
    };
    return ok({ type: 'receive-message', message });
  },
);

export const commandRoutes: readonly V1Route[] = [
  hangUp,
  say,
  play,
  sendDigits,
  transfer,
  setVariables,
  receiveMessage,
  mute,
];
