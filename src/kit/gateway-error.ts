/**
 * The registry of expected failures. A code is stable: people automate on it. `docs/errors.md` is printed from here.
 * `status` is the HTTP status when the failure answers a request; `isRetryable` says whether the same request may
 * succeed later; `help` names the likely cause and the fix; `blame` is whose side it most likely lies on.
 */
export type Blame = 'callee' | 'caller' | 'trunk' | 'provider' | 'gateway' | 'unknown';

export interface ErrorKind {
  readonly status: number;
  readonly isRetryable: boolean;
  readonly blame: Blame;
  readonly help: string;
}

export const errorKinds = {
  'request.malformed': {
    status: 400,
    isRetryable: false,
    blame: 'caller',
    help: 'The body is not a JSON object or a field has the wrong type. Send application/json with the fields of docs/api.md.',
  },
  'request.bad-uri': {
    status: 400,
    isRetryable: false,
    blame: 'caller',
    help: 'Use a sip:, sips: or tel: URI, for example sip:+15551234@trunk.example.net or tel:+15551234.',
  },
  'request.header-injection': {
    status: 400,
    isRetryable: false,
    blame: 'caller',
    help: 'A value holds a line break or a NUL, which could forge a SIP header. Remove control characters from it.',
  },
  'request.no-trunk': {
    status: 400,
    isRetryable: false,
    blame: 'caller',
    help: 'A tel: URI needs a next hop: set OUTDIAL_SIP_TRUNK, or give a route in the request.',
  },
  'request.too-large': {
    status: 400,
    isRetryable: false,
    blame: 'caller',
    help: 'The body is over 64 KiB or is nested too deeply. Send less context.',
  },
  'auth.required': {
    status: 401,
    isRetryable: false,
    blame: 'caller',
    help: 'Send HTTP Basic credentials: REST_API_USERNAME and REST_API_PASSWORD, or the restAPI block of the tenant. For metrics ADMIN_USERNAME and ADMIN_PASSWORD.',
  },
  'auth.too-many-failures': {
    status: 429,
    isRetryable: true,
    blame: 'caller',
    help: 'Too many wrong credentials came from this address. Wait as long as Retry-After says, and correct them.',
  },
  'outbound.disabled': {
    status: 403,
    isRetryable: false,
    blame: 'caller',
    help: 'Set ENABLE_OUTBOUND_CALLS=true (one tenant) or "enableOutboundCalls": true (in the tenant).',
  },
  'tenant.unknown': {
    status: 404,
    isRetryable: false,
    blame: 'caller',
    help: 'The path names no configured tenant. Use the tenantURI of an entry of MULTI_TENANT_CONFIG_FILE.',
  },
  'tenant.misconfigured': {
    status: 404,
    isRetryable: true,
    blame: 'gateway',
    help: 'The entry of this tenant in MULTI_TENANT_CONFIG_FILE has a mistake. Its operator finds it with: outdial config check.',
  },
  'config.invalid': {
    status: 422,
    isRetryable: false,
    blame: 'gateway',
    help: 'What is configured has mistakes, and nothing was changed. Correct them as the problems say, then reload again.',
  },
  'guard.destination': {
    status: 400,
    isRetryable: false,
    blame: 'caller',
    help: 'A URL of the request leads to an address that requests may not reach. OUTDIAL_ALLOW_NETWORKS opens networks.',
  },
  'guard.sip-destination': {
    status: 403,
    isRetryable: false,
    blame: 'caller',
    help: 'The operator does not allow calls there. See OUTDIAL_SIP_ALLOW and OUTDIAL_SIP_DENY.',
  },
  'guard.prefix': {
    status: 403,
    isRetryable: false,
    blame: 'caller',
    help: 'Add the prefix to OUTDIAL_ALLOWED_PREFIXES or to the tenant if such numbers are to be called.',
  },
  'guard.rate': {
    status: 429,
    isRetryable: true,
    blame: 'caller',
    help: 'Start calls more slowly, or raise OUTDIAL_CALLS_PER_SECOND or the limit of the tenant.',
  },
  'guard.concurrency': {
    status: 429,
    isRetryable: true,
    blame: 'caller',
    help: 'Wait until a call has ended, or raise OUTDIAL_TENANT_MAX_CALLS or the limit of the tenant.',
  },
  'guard.minutes': {
    status: 429,
    isRetryable: true,
    blame: 'caller',
    help: 'Calls are taken again after midnight UTC. Raise OUTDIAL_MINUTES_PER_DAY or the limit of the tenant.',
  },
  'trunk.full': {
    status: 503,
    isRetryable: true,
    blame: 'gateway',
    help: 'The trunk has as many calls as it may have. Wait until one has ended, or raise OUTDIAL_SIP_TRUNK_MAX_CALLS if the provider allows more.',
  },
  'trunk.rate': {
    status: 503,
    isRetryable: true,
    blame: 'gateway',
    help: 'Start calls more slowly, or raise OUTDIAL_SIP_TRUNK_CALLS_PER_SECOND if the provider allows more.',
  },
  'gateway.draining': {
    status: 503,
    isRetryable: true,
    blame: 'gateway',
    help: 'The gateway is shutting down and takes no new calls. Send the request to another instance.',
  },
  'gateway.full': {
    status: 503,
    isRetryable: true,
    blame: 'gateway',
    help: 'Every call slot or RTP port is in use. Widen RTP_UDP_PORT_RANGE or raise MAX_SESSIONS, or call more slowly.',
  },
  'gateway.overloaded': {
    status: 503,
    isRetryable: true,
    blame: 'gateway',
    help: 'This process keeps the machine busy (OUTDIAL_MAX_CPU): one more call would harm the running ones. Call more slowly, or add a machine.',
  },
  'bot.unreachable': {
    status: 502,
    isRetryable: true,
    blame: 'provider',
    help: 'No connection to the bot. Check WATSON_CONVERSATION_URL and that the service is up.',
  },
  'bot.timeout': {
    status: 504,
    isRetryable: true,
    blame: 'provider',
    help: 'The bot did not answer within WATSON_CONVERSATION_READ_TIMEOUT, twice. Make it faster or raise the timeout.',
  },
  'bot.unauthorized': {
    status: 502,
    isRetryable: false,
    blame: 'provider',
    help: 'The bot, or the service that exchanges its API key, refused the credentials. Check WATSON_CONVERSATION_APIKEY, or user name and password, or the bearer token.',
  },
  'bot.bad-status': {
    status: 502,
    isRetryable: true,
    blame: 'provider',
    help: 'The bot answered with an HTTP error. Its own log says why.',
  },
  'bot.bad-reply': {
    status: 502,
    isRetryable: false,
    blame: 'provider',
    help: 'The reply of the bot has not the shape that docs/bot.md shows for its kind, or breaks off in the middle.',
  },
  'bot.reply-too-large': {
    status: 502,
    isRetryable: false,
    blame: 'provider',
    help: 'The reply of the bot is over 1 MiB. Keep bulk data out of the context.',
  },
  'media.no-port': {
    status: 503,
    isRetryable: true,
    blame: 'gateway',
    help: 'No free port in RTP_UDP_PORT_RANGE. Widen the range.',
  },
  'media.no-answer-codec': {
    status: 502,
    isRetryable: false,
    blame: 'trunk',
    help: 'The SDP answer is missing or has no codec in common with the offer (PCMU, PCMA).',
  },
  'media.not-encrypted': {
    status: 502,
    isRetryable: false,
    blame: 'trunk',
    help: 'OUTDIAL_MEDIA_ENCRYPTION or mediaEncryption.policy requires SRTP, and the SDP answer or offer has none. Switch SRTP with SDES on in the trunk, or say optional.',
  },
  'media.keys-in-clear': {
    status: 400,
    isRetryable: false,
    blame: 'gateway',
    help: 'SRTP is required, and its keys would leave over signalling that is not encrypted. Reach the trunk or the callee by sips: or ;transport=tls, or set OUTDIAL_MEDIA_KEYS_IN_CLEAR=true where the network is protected otherwise.',
  },
  'media.audio-unavailable': {
    status: 502,
    isRetryable: true,
    blame: 'provider',
    help: 'The audio file of a vgwActPlayUrl could not be fetched or read, and was left out; the call went on. It must be a WAV file (PCM, 16 bit, 8 or 16 kHz) of at most 10 MB, answered with 200 within 5 s.',
  },
  'media.thread-lost': {
    status: 500,
    isRetryable: true,
    blame: 'gateway',
    help: 'The media thread of this call ended. The gateway starts another one; see the log for the reason.',
  },
  'speech.recognition-failed': {
    status: 502,
    isRetryable: true,
    blame: 'provider',
    help: 'The speech-to-text engine stopped. See the log for its own message.',
  },
  'speech.synthesis-failed': {
    status: 502,
    isRetryable: true,
    blame: 'provider',
    help: 'The text-to-speech engine could not speak a text. See the log for its own message.',
  },
  'sip.busy': {
    status: 502,
    isRetryable: true,
    blame: 'callee',
    help: 'The callee is busy (486, 600). Call again later.',
  },
  'sip.declined': {
    status: 502,
    isRetryable: false,
    blame: 'callee',
    help: 'The callee does not take the call (603).',
  },
  'sip.unwanted': {
    status: 502,
    isRetryable: false,
    blame: 'callee',
    help: 'The callee says that such calls are unwanted (607). Do not call there again.',
  },
  'sip.blocked': {
    status: 502,
    isRetryable: false,
    blame: 'trunk',
    help: 'Somebody on the way blocks calls of this caller (608). The reason names whom to turn to where the answer did.',
  },
  'sip.unavailable': {
    status: 502,
    isRetryable: true,
    blame: 'callee',
    help: 'The callee cannot be reached now: telephone off, not registered, out of reach (480). Call again later.',
  },
  'sip.not-found': {
    status: 502,
    isRetryable: false,
    blame: 'caller',
    help: 'There is no such number or address, or no longer, or it is incomplete or ambiguous (404, 410, 484, 485, 604). Check the to of the request.',
  },
  'sip.forbidden': {
    status: 502,
    isRetryable: false,
    blame: 'trunk',
    help: 'The trunk does not allow this call (403). Check with its operator which callers and which numbers it takes.',
  },
  'sip.incompatible': {
    status: 502,
    isRetryable: false,
    blame: 'trunk',
    help: 'The far end cannot take the call as it was offered: codecs, extensions, size or URI (405, 406, 413 to 416, 420 to 422, 488, 494, 501, 505, 513, 580, 606). It must take PCMU or PCMA over RTP.',
  },
  'sip.identity-refused': {
    status: 502,
    isRetryable: false,
    blame: 'trunk',
    help: 'The trunk wants to know who calls, and was not told, or not in a way that it believes (428, 429, 433, 436 to 438).',
  },
  'sip.trunk-failed': {
    status: 502,
    isRetryable: true,
    blame: 'trunk',
    help: 'A server on the way failed, is overloaded, or sends calls in a circle (482, 483, 500 to 599). Call again when Retry-After has passed, where it was given.',
  },
  'sip.redirected': {
    status: 502,
    isRetryable: false,
    blame: 'trunk',
    help: 'The far end named another address instead (300 to 399), and it was not followed, or led nowhere.',
  },
  'sip.rejected': {
    status: 502,
    isRetryable: true,
    blame: 'callee',
    help: 'The far end refused the call for a reason that has no code of its own; the reason names its SIP status.',
  },
  'sip.auth-failed': {
    status: 502,
    isRetryable: false,
    blame: 'trunk',
    help: 'The trunk asked for a user name and password (401, 407) and took none that it was given. Check OUTBOUND_CALLS_SIP_AUTH_USERNAME and OUTBOUND_CALLS_SIP_AUTH_PASSWORD, or outboundCalls.sipAuth of the tenant.',
  },
  'sip.no-answer': {
    status: 504,
    isRetryable: true,
    blame: 'callee',
    help: 'Nobody answered within the ring time (OUTDIAL_RING_TIMEOUT); the call was cancelled.',
  },
  'sip.timeout': {
    status: 504,
    isRetryable: true,
    blame: 'trunk',
    help: 'No SIP response to the INVITE for 32 s, or a server on the way waited in vain (408, 504). Check the address, the firewall and that something listens there.',
  },
  'sip.unreachable': {
    status: 502,
    isRetryable: true,
    blame: 'trunk',
    help: 'The next hop could not be resolved or reached. Check the host name and the port.',
  },
  'sip.not-located': {
    status: 502,
    isRetryable: true,
    blame: 'trunk',
    help: 'DNS knows no SIP server of the next hop, or did not answer; the message says what was asked. Correct the name, its NAPTR, SRV and address records, or OUTDIAL_DNS_SERVERS.',
  },
  'sip.dialog-lost': {
    status: 502,
    isRetryable: true,
    blame: 'trunk',
    help: 'The far end no longer knows the call (481 or 408 to a request inside it).',
  },
  'sip.no-ack': {
    status: 502,
    isRetryable: true,
    blame: 'caller',
    help: 'A caller was answered and never acknowledged the answer (32 s). Its network loses messages, or it gave a Contact that it cannot be reached at.',
  },
  'sip.transfer-failed': {
    status: 502,
    isRetryable: true,
    blame: 'trunk',
    help: 'The far end refused the transfer, the target did not answer it, or the target is not allowed; the reason says which. The trunk must accept REFER inside a call. DISCONNECT_CALL_ON_TRANSFER_FAILURE=false lets the bot go on instead.',
  },
  'call.shutdown': {
    status: 503,
    isRetryable: true,
    blame: 'gateway',
    help: 'The gateway was stopped during the call.',
  },
  'call.too-long': {
    status: 500,
    isRetryable: false,
    blame: 'gateway',
    help: 'The call reached OUTDIAL_MAX_CALL_DURATION, or used up the minutes that its tenant had left for the day, and was ended.',
  },
  'call.crashed': {
    status: 500,
    isRetryable: true,
    blame: 'gateway',
    help: 'The process that carried the call ended without warning. Its far end was sent a BYE when a process took over; see the log of the time before.',
  },
  'call.unknown': {
    status: 404,
    isRetryable: false,
    blame: 'caller',
    help: 'The tenant has no call of this session ID, or has no longer: ended calls are forgotten after a time.',
  },
  'call.is-over': {
    status: 409,
    isRetryable: false,
    blame: 'caller',
    help: 'The call has ended, or is ending. Its present state is at GET /v1/tenants/<tenantID>/calls/<vgwSessionID>.',
  },
  'call.not-answered': {
    status: 409,
    isRetryable: true,
    blame: 'caller',
    help: 'Nobody has answered the call yet. Wait for the state active.',
  },
  'call.busy': {
    status: 409,
    isRetryable: true,
    blame: 'caller',
    help: 'The call is being transferred or given up, or as much as it takes is waiting already. Ask again later.',
  },
  'call.takes-no-messages': {
    status: 409,
    isRetryable: false,
    blame: 'caller',
    help: 'The bot of the call is not told of text messages. Set ENABLE_INBOUND_SMS, or let the bot ask for them with vgwActSendSMS.',
  },
  'call.running': {
    status: 409,
    isRetryable: true,
    blame: 'caller',
    help: 'The call is not over yet. Ask again when it has ended or failed.',
  },
  'call.cancelled': {
    status: 409,
    isRetryable: false,
    blame: 'caller',
    help: 'The call was hung up by POST /v1/.../hangup before it was answered.',
  },
  'call.owner-silent': {
    status: 504,
    isRetryable: true,
    blame: 'gateway',
    help: 'The gateway node that carries the call did not answer in time. Whether it does what was asked is not known: look at the events of the call.',
  },
  'idempotency.in-flight': {
    status: 409,
    isRetryable: true,
    blame: 'caller',
    help: 'A request with this Idempotency-Key is being carried out. Ask again in a moment: then its answer is there.',
  },
  'idempotency.other-request': {
    status: 422,
    isRetryable: false,
    blame: 'caller',
    help: 'This Idempotency-Key was used for a request with another body. Take a new key for each new call.',
  },
  'delivery.unknown': {
    status: 404,
    isRetryable: false,
    blame: 'caller',
    help: 'Nothing was to be delivered of this call under this sequence.',
  },
  'artifact.none': {
    status: 404,
    isRetryable: false,
    blame: 'caller',
    help: 'It was never made (recordings: ENABLE_RECORDING; SIP traces: OUTDIAL_SIP_TRACE; bot exchanges: OUTDIAL_BOT_TRACE), was deleted, or lies on another node.',
  },
  'artifact.not-deleted': {
    status: 503,
    isRetryable: true,
    blame: 'gateway',
    help: 'The disk or the database refused. Ask again: it goes on where it failed.',
  },
  'link.invalid': {
    status: 401,
    isRetryable: false,
    blame: 'caller',
    help: 'The link has expired or was changed. Ask for a new one, or send the credentials of the tenant.',
  },
  'stream.too-many': {
    status: 429,
    isRetryable: true,
    blame: 'caller',
    help: 'As many event streams are open as may be. Close some, or follow all calls with one stream of the tenant.',
  },
  'store.unavailable': {
    status: 503,
    isRetryable: true,
    blame: 'gateway',
    help: 'The database does not answer. Running calls go on and new ones are refused until it is back. Check DATABASE_URL, or the disk of OUTDIAL_DATA_DIR.',
  },
  'store.full': {
    status: 503,
    isRetryable: true,
    blame: 'gateway',
    help: 'The disk of the database is full or read-only. Running calls go on and new ones are refused until there is room.',
  },
  'store.not-owner': {
    status: 409,
    isRetryable: false,
    blame: 'gateway',
    help: 'The call is over, or another node has taken it over. Ask for its present state.',
  },
  'internal.bug': {
    status: 500,
    isRetryable: false,
    blame: 'gateway',
    help: 'A fault in outdial ended this call only. Please report it with the log entry.',
  },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorKinds;

/** An expected failure: what happened (`message`), under a stable `code`; cause and fix are in the registry. */
export interface GatewayError {
  readonly code: ErrorCode;
  /** One sentence for people: what happened and where. Holds no secret and no personal data. */
  readonly message: string;
  /** Seconds after which a retry makes sense, where the failure itself knows. */
  readonly retryAfterS?: number;
}

export function gatewayError(code: ErrorCode, message: string): GatewayError {
  return { code, message };
}

export function errorKind(code: ErrorCode): ErrorKind {
  return errorKinds[code];
}

/** Whether a text from outside is a code of the registry. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(errorKinds, text);
}
