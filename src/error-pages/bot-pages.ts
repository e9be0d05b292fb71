/** What goes wrong with the bot, speech and audio of a call. */
import type { ErrorCode } from '../kit/index.ts';
import type { ErrorPage } from './error-page.ts';

type BotCode = Extract<ErrorCode, `bot.${string}` | `media.${string}` | `speech.${string}`>;

const standby =
  'Let another bot stand by: a tenant may list several in `conversation`, and the next one takes over in the same turn.';
const whatTheCalleeHears =
  'Say what callees hear meanwhile: `CONVERSATION_FAILED_REPLY_MESSAGE`, and where such calls go: a default transfer target.';

export const botPages: Readonly<Record<BotCode, ErrorPage>> = {
  'bot.unreachable': {
    what: 'No connection to the bot could be made, or it broke before the whole answer was there, twice.',
    seen: ['end', 'turn'],
    causes: [
      'The service is down, restarts, or listens on another port.',
      'Its name does not resolve on the machine of the gateway, or a firewall is in between.',
      'Its certificate is expired, for another name, or signed by an authority that this machine does not know.',
      'The URL came with a request and leads to an address that requests may not reach (`guard.destination`).',
      'The service that exchanges the API key for a token cannot be reached.',
    ],
    steps: [
      'Ask it from the machine of the gateway: `outdial doctor --bot`, or `curl -v` with the URL of `WATSON_CONVERSATION_URL`.',
      'Read the reason in the log line `turn.failed` or in the turn of the call record: refused, not resolved, certificate.',
      'For a private authority set `NODE_EXTRA_CA_CERTS` to its certificate.',
      standby,
      whatTheCalleeHears,
    ],
    again: 'Yes, when the bot is up. Each turn was already tried a second time.',
    see: ['bot.md#when-something-fails', 'configuration.md#bot'],
  },
  'bot.timeout': {
    what: 'The bot did not answer a turn within its time limit, and not the second time either. The callee has waited all that time.',
    seen: ['end', 'turn'],
    causes: [
      'The bot does slow work before it answers: a database, another service, a large model.',
      'It is overloaded: look at whether it happens when many calls talk.',
      '`WATSON_CONVERSATION_READ_TIMEOUT` is lower than what the bot needs.',
    ],
    steps: [
      'See how long it takes: `outdial_turn_bot_seconds` in the metrics, the latencies of the turns in the call record.',
      'Make it answer first and work afterwards, or stream its answer: speaking begins with the first sentence.',
      'Raise `WATSON_CONVERSATION_READ_TIMEOUT` only as far as a person on the telephone waits.',
      standby,
    ],
    again: 'Yes; whether it helps depends on the bot.',
    see: ['bot.md#when-something-fails', 'bot.md#asking-ahead', 'metrics.md#turns'],
  },
  'bot.unauthorized': {
    what: 'The bot answered 401 or 403, or the service that exchanges its API key for a token gave none.',
    seen: ['end', 'turn'],
    causes: [
      'The key or password is wrong, expired or revoked.',
      'It belongs to another instance, region or model than the URL.',
      'Two ways to authenticate were mixed up: a key where user name and password are wanted.',
      'The URL comes from a request: credentials of the tenant go to no other host than they were configured for.',
    ],
    steps: [
      'See which credentials are in force and where they come from: `outdial config explain`.',
      'Try them by hand with `curl` against the URL of the bot.',
      'Correct `WATSON_CONVERSATION_APIKEY`, or `WATSON_CONVERSATION_USERNAME` and `WATSON_CONVERSATION_PASSWORD`, or the entry of the tenant, and reload.',
      'Check with one real turn: `outdial doctor --bot`.',
    ],
    again: 'Not before the credentials are right.',
    see: ['bot.md', 'configuration.md#secrets'],
  },
  'bot.bad-status': {
    what: 'The bot answered with an HTTP status that is no success, or said amid a streamed answer that it failed. The status is in the reason.',
    seen: ['end', 'turn'],
    causes: [
      '404: the path, workspace, assistant or model of the URL does not exist.',
      '429: its quota is used up or too much is asked at once.',
      '500 and above: a fault in the bot.',
      '300 to 399: it redirects; redirects are not followed.',
      '400: it does not take what is sent, often because its kind (`OUTDIAL_BOT_TYPE`) is another one.',
    ],
    steps: [
      'Read the status in the reason, then the log of the bot at that time; the session id of the call is in the request.',
      'Compare URL and kind with what the bot is: `outdial doctor --bot` asks for a first turn.',
      standby,
    ],
    again: 'Yes for 429 and 500 and above, which were already tried twice; no for the others.',
    see: ['bot.md', 'configuration.md#bot'],
  },
  'bot.bad-reply': {
    what: 'The bot answered, and the answer cannot be used: no JSON, another shape than its kind has, endless lines, too many tool calls, or it broke off in the middle.',
    seen: ['end', 'turn'],
    causes: [
      'The URL leads to a web page or a proxy that answers with HTML.',
      'The bot is of another kind than configured: a plain JSON webhook, a message service and a chat completion endpoint have different answers.',
      'The service crashed or ran out of tokens while it answered.',
      'An action in the answer has parameters of the wrong type.',
    ],
    steps: [
      'Read the reason: it says what was found, and where.',
      'Ask the bot by hand and compare with the shape in the page of its kind.',
      'Set `OUTDIAL_BOT_TYPE`, or `type` of the tenant’s entry, to what it is.',
      'Check: `outdial doctor --bot`.',
    ],
    again: 'Not before the bot answers in its shape.',
    see: ['bot.md'],
  },
  'bot.reply-too-large': {
    what: 'The answer of the bot is over 1 MiB; reading it was stopped there.',
    seen: ['end', 'turn'],
    causes: [
      'The bot puts bulk data into `context`, which travels back and forth with every turn and grows.',
      'It answers with a file or a page instead of a reply.',
    ],
    steps: [
      'Look at the size of what the bot returns and what of it is needed in the next turn.',
      'Keep bulk data in the bot, under the session id, and put only keys into `context`.',
      'Let audio be played by its URL instead of carrying it in the answer.',
    ],
    again: 'Not before the answer is smaller.',
    see: ['bot.md'],
  },
  'media.no-port': {
    what: 'No pair of UDP ports for RTP and RTCP could be bound for this call.',
    seen: ['end', 'incoming'],
    causes: [
      '`RTP_UDP_PORT_RANGE` has too few ports, or other programs hold ports of it.',
      'Two gateways on one machine have the same range.',
      'The address that RTP is bound to is not of this machine, or there is none of the family (IPv6) that the call needs.',
      'The process may not open more sockets (file descriptors).',
    ],
    steps: [
      'Run `outdial doctor`: it tries a sample of the ports and looks at the limit of file descriptors.',
      'Widen `RTP_UDP_PORT_RANGE`, two ports a call, and give each process a range of its own.',
      'For calls to IPv6 set `OUTDIAL_SIP_HOST_IPV6` or `OUTDIAL_SDP_ADDRESS_IPV6`.',
    ],
    again: 'Yes, when a call has ended, unless the range or the address is wrong.',
    see: ['configuration.md#sip-and-rtp', 'doctor.md'],
  },
  'media.no-answer-codec': {
    what: 'The two sides have no audio in common: the SDP answer (or the offer of a caller) is missing, cannot be read, or has no codec that was offered. An answered call was hung up with Q.850 cause 88; a caller got 488.',
    seen: ['end', 'incoming'],
    causes: [
      'The far end takes only codecs that outdial was not told to offer, such as G.722 or Opus, or that it does not speak, such as G.729.',
      'A device in between changed or cut the SDP.',
      'The far end answered with the audio switched off (port 0) or with video alone.',
    ],
    steps: [
      'Look at offer and answer: `outdial calls trace <vgwSessionID> --whole`.',
      'Add what the far end takes to `OUTDIAL_CODECS` (PCMU, PCMA, G722, opus).',
      'Or let the trunk offer PCMU or PCMA, which every telephone network has.',
    ],
    again: 'Not to the same place before one side changes.',
    see: ['speech.md#codecs', 'sip.md#offer-and-answer'],
  },
  'media.not-encrypted': {
    what: 'Encrypted audio (SRTP) is required, and the far end’s SDP has none. The call was ended rather than carried in clear.',
    seen: ['end', 'incoming'],
    causes: [
      'The trunk does not speak SRTP, or it is switched off there.',
      'It speaks DTLS-SRTP alone; outdial has SDES (RFC 4568).',
      'None of the offered crypto suites suits it.',
    ],
    steps: [
      'Look at the `a=crypto` lines of both sides: `outdial calls trace <vgwSessionID> --whole` (keys are hidden).',
      'Switch SRTP with SDES on in the trunk.',
      'Or say `OUTDIAL_MEDIA_ENCRYPTION=optional`, or `mediaEncryption.policy` of the tenant, if calls in clear are allowed.',
    ],
    again: 'Not before one side changes.',
    see: ['sip.md#offer-and-answer', 'configuration.md#sip-and-rtp'],
  },
  'media.keys-in-clear': {
    what: 'SRTP is required, and the SIP message that would carry its keys goes by UDP, TCP or WS: anybody on the way could read them. Nothing was sent.',
    seen: ['end', 'incoming'],
    causes: [
      '`OUTDIAL_SIP_TRUNK` has no `;transport=tls` and is no `sips:` URI, or one of its targets has not.',
      'The request calls a SIP address without TLS.',
      'A caller came over UDP or TCP to a tenant that requires SRTP.',
    ],
    steps: [
      'Reach the trunk by TLS: `OUTDIAL_SIP_TRUNK=sips:sbc.example.net`, or `;transport=tls`.',
      'Call `sips:` addresses.',
      'Where the network between is protected otherwise (a VPN, one machine): `OUTDIAL_MEDIA_KEYS_IN_CLEAR=true`.',
    ],
    again: 'Not before the way of the call is encrypted.',
    see: ['sip.md#transports-and-location', 'configuration.md#sip-and-rtp'],
  },
  'media.audio-unavailable': {
    what: 'An audio file that was to be played could not be fetched or read. It was left out and the call went on; the warning is in the record.',
    seen: ['warning'],
    causes: [
      'The URL does not answer with 200 within 5 s, or its name does not resolve here.',
      'The file is no WAV of PCM, 16 bit, 8 or 16 kHz, or over 10 MB: MP3 and 44.1 kHz are not read.',
      'The URL leads to an address that may not be reached.',
    ],
    steps: [
      'Fetch it from the machine of the gateway: `curl -sI <url>`.',
      'Convert it: `ffmpeg -i in.mp3 -ar 8000 -ac 1 -c:a pcm_s16le out.wav`.',
      'Open the network of your own file server: `OUTDIAL_ALLOW_NETWORKS`.',
    ],
    again: 'Yes, when the file is there.',
    see: ['bot.md#actions', 'api.md#guards'],
  },
  'media.thread-lost': {
    what: 'The thread that carried the audio of this call ended. Its calls are lost, another thread was started, and calls of other threads went on.',
    seen: ['end'],
    causes: ['The process ran out of memory.', 'A fault in outdial, or in the native part of a library.'],
    steps: [
      'Read the log just before: it has the reason, and the stack where there is one.',
      'Look at `outdial_media_thread_restarts_total` and at the memory of the process.',
      'If it happens again: report it with these lines.',
    ],
    again: 'Yes: the thread was started again.',
    see: ['metrics.md#rtp'],
  },
  'speech.recognition-failed': {
    what: 'The callee can no longer be understood: the recognition failed for good after it was tried again, and no other service stood by. The callee heard the failure message, then the call was handed over or ended.',
    seen: ['end'],
    causes: [
      'The service cannot be reached, refuses the credentials, or its quota is used up.',
      'It takes the connection and gives no words: a model for another sample rate or language.',
      'The engine inside stopped: too little memory, models that are not installed.',
    ],
    steps: [
      'Read the reason in the record: it has the service’s own words.',
      'Try it: `outdial doctor` speaks three words and recognises them.',
      'Check `WATSON_STT_URL`, `WATSON_STT_APIKEY`, `WATSON_STT_MODEL`, or the entry `stt` of the tenant.',
      'List a second service in `stt`; `{"providerType": "local"}` is a good last one.',
      'For the engine inside look at `outdial_speech_thread_restarts_total` and the log.',
    ],
    again: 'Yes, when the service is back.',
    see: ['speech.md#when-a-service-fails', 'speech-providers.md'],
  },
  'speech.synthesis-failed': {
    what: 'A text could not be spoken: an error, or no audio within `OUTDIAL_SYNTHESIS_TIMEOUT`, from the last voice twice. The callee heard the audio file for failures where there is one, then the call was handed over or ended.',
    seen: ['end'],
    causes: [
      'The service cannot be reached, refuses the credentials, or its quota is used up.',
      'The voice does not exist there.',
      'The text has markup that the service does not take.',
      'The service is slow: its first audio comes too late.',
    ],
    steps: [
      'Read the reason in the record: it has the service’s own words.',
      'Check `WATSON_TTS_URL`, `WATSON_TTS_APIKEY`, `WATSON_TTS_VOICE`, or the entry `tts` of the tenant; `outdial doctor` says three words.',
      'List a second voice in `tts`; `{"providerType": "local"}` is a good last one.',
      'Give callees a WAV file for this case: `CONVERSATION_FAILED_REPLY_AUDIO_URL`.',
    ],
    again: 'Yes, when the service is back.',
    see: ['speech.md#when-a-service-fails', 'bot.md#when-something-fails'],
  },
};
