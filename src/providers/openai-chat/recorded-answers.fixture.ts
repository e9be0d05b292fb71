/** Replies of chat completion servers as they come over the wire, and what is to be read from them. */
import type { ChatAnswer } from './answer-reader.ts';

export interface RecordedAnswer {
  readonly name: string;
  readonly wire: string;
  readonly answer: ChatAnswer;
}

const chunk = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({
    id: 'chatcmpl-9Zk2',
    object: 'chat.completion.chunk',
    created: 1_741_000_000,
    model: 'small-model',
    system_fingerprint: null,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  })}\n\n`;
const piece = (text: string): string => chunk({ content: text });
const done = 'data: [DONE]\n\n';
const usage = `data: ${JSON.stringify({ id: 'chatcmpl-9Zk2', choices: [], usage: { prompt_tokens: 91, completion_tokens: 12, total_tokens: 103 } })}\n\n`;
const answerOf = (text: string, more: Partial<ChatAnswer> = {}): ChatAnswer => ({
  text,
  calls: [],
  problems: [],
  ...more,
});

export const recordedAnswers: readonly RecordedAnswer[] = [
  {
    name: 'words, with a role first and an empty delta last',
    wire: [
      chunk({ role: 'assistant', content: '' }),
      ...['Hello', ' Mrs.', ' Rossi', '.', ' It', ' costs', ' 3', '.', '50', ' euros', '.', ' Ciào', '!'].map(piece),
      chunk({}, 'stop'),
      done,
    ].join(''),
    answer: answerOf('Hello Mrs. Rossi. It costs 3.50 euros. Ciào!'),
  },
  {
    name: 'usage without choices before the end',
    wire: piece('Yes.') + chunk({}, 'stop') + usage + done,
    answer: answerOf('Yes.'),
  },
  {
    name: 'no mark of the end, but a reason for it',
    wire: piece('Yes.') + chunk({}, 'stop'),
    answer: answerOf('Yes.'),
  },
  {
    name: 'comments, carriage returns and no space behind the colon',
    wire: `: WAITING\r\n\r\n: WAITING\r\n\r\n${(piece('One.') + piece(' Two.') + chunk({}, 'stop') + done).replaceAll('\n', '\r\n').replaceAll('data: ', 'data:')}`,
    answer: answerOf('One. Two.'),
  },
  {
    name: 'a tool call with its arguments in pieces',
    wire: [
      chunk({ role: 'assistant', content: null }),
      piece('Goodbye.'),
      chunk({
        tool_calls: [{ index: 0, id: 'call_a1', type: 'function', function: { name: 'set_variable', arguments: '' } }],
      }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: '{"name":"out' } }] }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: 'come","value":"yes"}' } }] }),
      chunk({
        tool_calls: [{ index: 1, id: 'call_a2', type: 'function', function: { name: 'hang_up', arguments: '' } }],
      }),
      chunk({ tool_calls: [{ index: 1, function: { arguments: '{}' } }] }),
      chunk({}, 'tool_calls'),
      done,
    ].join(''),
    answer: answerOf('Goodbye.', {
      calls: [
        { name: 'set_variable', arguments: '{"name":"outcome","value":"yes"}' },
        { name: 'hang_up', arguments: '{}' },
      ],
    }),
  },
  {
    name: 'two whole tool calls without an index',
    wire: [
      chunk({ tool_calls: [{ id: 'a', function: { name: 'send_digits', arguments: '{"digits":"1"}' } }] }),
      chunk(
        { tool_calls: [{ id: 'b', function: { name: 'send_digits', arguments: '{"digits":"2"}' } }] },
        'tool_calls',
      ),
      done,
    ].join(''),
    answer: answerOf('', {
      calls: [
        { name: 'send_digits', arguments: '{"digits":"1"}' },
        { name: 'send_digits', arguments: '{"digits":"2"}' },
      ],
    }),
  },
  {
    name: 'an answer that is whole although a stream was asked for',
    wire: JSON.stringify(
      {
        id: 'chatcmpl-1',
        object: 'chat.completion',
        choices: [
          {
            index: 0,
            message: {
              role: 'assistant',
              content: 'Please hold.',
              tool_calls: [
                { id: 'x', type: 'function', function: { name: 'transfer', arguments: '{"target":"tel:+1555"}' } },
              ],
            },
            finish_reason: 'tool_calls',
          },
        ],
        usage: { total_tokens: 5 },
      },
      undefined,
      2,
    ),
    answer: answerOf('Please hold.', { calls: [{ name: 'transfer', arguments: '{"target":"tel:+1555"}' }] }),
  },
  {
    name: 'an answer that was cut off at its greatest length',
    wire: piece('On and on') + chunk({}, 'length') + done,
    answer: answerOf('On and on', { problems: ['The answer of the model was cut off at its greatest length.'] }),
  },
];

/** Replies that are none, by the code of their failure. */
export const brokenAnswers: readonly (readonly [name: string, wire: string, code: string])[] = [
  ['ends amid the answer', piece('Hello. I am') + piece(' not'), 'bot.bad-reply'],
  ['is empty', '', 'bot.bad-reply'],
  ['is a page', '<html><body>Welcome</body></html>', 'bot.bad-reply'],
  ['is JSON of another shape', '{"answer":42}', 'bot.bad-reply'],
  ['is JSON without choices', '{"choices":[]}', 'bot.bad-reply'],
  ['holds half an event of JSON', `${piece('Hello.')}data: {"choices":[{"del\n\n`, 'bot.bad-reply'],
  ['holds an event that is no object', `${piece('Hello.')}data: 7\n\n`, 'bot.bad-reply'],
  [
    'fails amid the answer',
    `${piece('Hello.')}data: {"error":{"message":"secret sk-123","code":"overloaded"}}\n\n`,
    'bot.bad-status',
  ],
  [
    'calls tools in no order',
    chunk({ tool_calls: [{ index: 7, function: { name: 'hang_up' } }] }) + done,
    'bot.bad-reply',
  ],
  ['has an endless line', `data: ${'x'.repeat(300_000)}`, 'bot.bad-reply'],
  ['has an endless event', 'data: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n'.repeat(20_000), 'bot.bad-reply'],
  [
    'has endless arguments',
    chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'hang_up', arguments: '' } }] }) +
      chunk({ tool_calls: [{ index: 0, function: { arguments: 'x'.repeat(10_000) } }] }).repeat(2),
    'bot.bad-reply',
  ],
];
