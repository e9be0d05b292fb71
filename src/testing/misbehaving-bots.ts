/** What a bot's server may do to us, and what must become of it. */
import { err, type ErrorCode, type HttpFailure, type HttpReply, ok, type Result } from '../kit/index.ts';

export interface Misbehaviour {
  readonly name: string;
  /** As an HTTP client tells it. */
  readonly outcome: Result<HttpReply, HttpFailure>;
  readonly code: ErrorCode;
}

const status = (code: number, bodyText = ''): Result<HttpReply, HttpFailure> => ok({ status: code, bodyText });
const failure = (kind: HttpFailure['kind'], detail: string): Result<HttpReply, HttpFailure> => err({ kind, detail });

export const misbehaviours: readonly Misbehaviour[] = [
  { name: 'sends a byte a second', outcome: failure('timeout', 'bot did not answer in time.'), code: 'bot.timeout' },
  { name: 'does not answer', outcome: failure('timeout', 'bot did not answer in time.'), code: 'bot.timeout' },
  { name: 'sends endless headers', outcome: failure('malformed', 'bot sent no HTTP.'), code: 'bot.bad-reply' },
  { name: 'sends something else', outcome: failure('malformed', 'bot sent no HTTP.'), code: 'bot.bad-reply' },
  { name: 'sends 100 MB', outcome: failure('too-large', 'bot sent too much.'), code: 'bot.reply-too-large' },
  { name: 'closes in the middle', outcome: failure('broken', 'bot closed the connection.'), code: 'bot.unreachable' },
  { name: 'is not there', outcome: failure('connect', 'bot refused the connection.'), code: 'bot.unreachable' },
  { name: 'is where we may not go', outcome: failure('not-allowed', 'bot is not allowed.'), code: 'bot.unreachable' },
  { name: 'answers with half of its JSON', outcome: status(200, '{"output":{"text":["He'), code: 'bot.bad-reply' },
  { name: 'answers with a list', outcome: status(200, '[]'), code: 'bot.bad-reply' },
  { name: 'answers with null', outcome: status(200, 'null'), code: 'bot.bad-reply' },
  { name: 'answers with another object', outcome: status(200, '{"hello":"world"}'), code: 'bot.bad-reply' },
  { name: 'answers too deep', outcome: status(200, deepAnswer(10_000)), code: 'bot.bad-reply' },
  { name: 'answers with HTML', outcome: status(200, '<!doctype html><p>Welcome'), code: 'bot.bad-reply' },
  { name: 'answers with nothing', outcome: status(200, ' \n'), code: 'bot.bad-reply' },
  { name: 'redirects', outcome: status(302), code: 'bot.bad-status' },
  { name: 'answers 400', outcome: status(400, '{"error":"no"}'), code: 'bot.bad-status' },
  { name: 'answers 401', outcome: status(401, '{"error":"who are you"}'), code: 'bot.unauthorized' },
  { name: 'answers 403', outcome: status(403), code: 'bot.unauthorized' },
  { name: 'answers 404', outcome: status(404, '{"error":"what"}'), code: 'bot.bad-status' },
  { name: 'answers 429', outcome: status(429), code: 'bot.bad-status' },
  { name: 'answers 500', outcome: status(500, 'Internal Server Error'), code: 'bot.bad-status' },
];

/** Right, but for its depth. */
function deepAnswer(depth: number): string {
  return `{"output":{"text":["Hello."],"generic":[]},"context":{"a":${'['.repeat(depth)}${']'.repeat(depth)}}}`;
}
