/** What becomes of a call that is there, and what can be asked of it. */
import type { ErrorCode } from '../kit/index.ts';
import type { ErrorPage } from './error-page.ts';

type CallCode = Extract<
  ErrorCode,
  | `call.${string}`
  | `idempotency.${string}`
  | `delivery.${string}`
  | `artifact.${string}`
  | `link.${string}`
  | `stream.${string}`
  | `store.${string}`
  | `internal.${string}`
>;

export const callPages: Readonly<Record<CallCode, ErrorPage>> = {
  'call.shutdown': {
    what: 'The gateway was being stopped, and the call still went on when `OUTDIAL_DRAIN_TIMEOUT` was over, or a second signal came. It was hung up, told and recorded.',
    seen: ['end'],
    causes: [
      'A deployment or restart, with calls that last longer than the drain.',
      'An orchestrator that waits less than `OUTDIAL_DRAIN_TIMEOUT` before it kills.',
    ],
    steps: [
      'Raise `OUTDIAL_DRAIN_TIMEOUT` to what your calls last, and the patience of systemd, Docker or Kubernetes above that.',
      'Deploy when few calls run: `outdial_calls_active`.',
      'Call those people again whose `endCode` is this one.',
    ],
    again: 'Yes, when the gateway is back.',
    see: ['deploy.md', 'webhooks.md#what-survives'],
  },
  'call.too-long': {
    what: 'The call reached its longest allowed duration, or used up the minutes that its tenant had left for the day, and was ended by the gateway.',
    seen: ['end'],
    causes: [
      '`OUTDIAL_MAX_CALL_DURATION` or `outdial.maxCallDuration` of the tenant is lower than a conversation lasts.',
      'The bot talks to a machine, or never hangs up.',
      'The minutes of the day (`OUTDIAL_MINUTES_PER_DAY`) ran out during the call.',
    ],
    steps: [
      'Read the transcript: `outdial calls show <vgwSessionID>`. Talks in circles come from the bot.',
      'Let the bot end such calls, or let silence do it: `vgwDisconnectCallOnNoUserInputTurnCount`, `vgwSessionInactivityTimeout`.',
      'Raise the limit if such calls are meant.',
    ],
    again: 'It depends on why the call was long.',
    see: ['configuration.md#sip-and-rtp', 'configuration.md#guards'],
  },
  'call.crashed': {
    what: 'The process that carried the call ended without warning. The next start, or another gateway, has sent its far end a BYE or CANCEL, told `failed` and written the record.',
    seen: ['end'],
    causes: [
      'The process was killed: out of memory, `kill -9`, a machine that was switched off.',
      'An orchestrator killed it before its drain was over.',
      'The gateway was cut off from PostgreSQL for longer than `OUTDIAL_NODE_LEASE`, and another one took it for dead.',
      'A fault in outdial or in a native library.',
    ],
    steps: [
      'Look at the end of the log before the restart, and at `dmesg` or the events of the orchestrator for an out-of-memory kill.',
      'Give the process more memory, or the orchestrator more patience than `OUTDIAL_DRAIN_TIMEOUT`.',
      'With several gateways: look at the network between them and the database; raise `OUTDIAL_NODE_LEASE`.',
      'If outdial ended by itself: report it with the last lines of the log.',
    ],
    again: 'Yes: call those people again.',
    see: ['webhooks.md#what-survives', 'webhooks.md#several-gateways'],
  },
  'call.unknown': {
    what: 'The tenant has no call of this session ID. Calls of other tenants are as unknown as those that never were.',
    causes: [
      'The ID is cut off or misspelt.',
      'The call belongs to another tenant: the tenantID of the path, or `--tenant` of the command, is another one.',
      'Another gateway with another database placed it.',
      'The database was begun anew.',
    ],
    steps: [
      'List what there is: `outdial calls list`, or `GET /v1/tenants/<tenantID>/calls`.',
      'Use the tenantID that the call was started with; without a tenant file each name in the path has its own calls.',
      'Look at `OUTDIAL_DATA_DIR` or `DATABASE_URL` of the gateway that you ask.',
    ],
    again: 'Not with the same ID and tenant.',
    see: ['api.md#calls-under-v1', 'command-line.md#which-gateway'],
  },
  'call.is-over': {
    what: 'The command came too late: the call has ended, or is ending. Nothing was done.',
    causes: [
      'The other side hung up first.',
      'The command was sent twice.',
      'Your service acts on an old state of the call.',
    ],
    steps: [
      'Take it as done if you wanted to hang up.',
      'Look at how it ended: `outdial calls show <vgwSessionID>`.',
      'Follow the events of the call instead of asking now and then.',
    ],
    again: 'No: a call that is over stays so. Start a new one.',
    see: ['api.md#commands'],
  },
  'call.not-answered': {
    what: 'The command needs somebody on the line, and nobody has answered yet.',
    causes: ['It was sent right after the call was started, or while it rings.'],
    steps: [
      'Wait for the state `active`: the event `call.active` of the stream or the webhook.',
      'To end a ringing call use `hangup`, which is taken at any time.',
      'To say something at the answer let the bot do it, or put it into `context`.',
    ],
    again: 'Yes, once the call is active.',
    see: ['api.md#commands', 'api.md#events'],
  },
  'call.busy': {
    what: 'The call cannot take the command now: it is being transferred, it is being given up after a failure, or as many commands, variables or messages wait as may (32).',
    causes: [
      'Commands are sent faster than they are carried out: each text waits until the one before was spoken.',
      'A transfer is under way.',
      'The bot failed, and the callee is being told.',
    ],
    steps: [
      'Wait for the events of the commands before: `command.taken`, `turn.spoken`, `transfer.over`.',
      'Join short texts into one `say`.',
      'To end the call use `hangup`, which takes effect at once.',
    ],
    again: 'Yes, in some seconds.',
    see: ['api.md#commands'],
  },
  'call.takes-no-messages': {
    what: 'A text message was handed to a call whose bot is not told of any.',
    causes: [
      '`ENABLE_INBOUND_SMS` is off, and the bot has not asked for messages.',
      'The message belongs to another call of the same number.',
    ],
    steps: [
      'Set `ENABLE_INBOUND_SMS=true`, or `smsPipe.enableInboundSMS` of the tenant.',
      'Or let the bot ask for it with `vgwActSendSMS` first.',
    ],
    again: 'Not before one of the two has happened.',
    see: ['bot.md#text-messages', 'configuration.md#text-messages'],
  },
  'call.running': {
    what: 'What was asked for is complete only when the call is over: its record or recording, or the deletion of what it made.',
    causes: ['It was asked for while the call went on.', 'It was asked for on `active` instead of `ended`.'],
    steps: [
      'Ask when `ended` or `failed` was told, or when the stream of the call has ended.',
      'Transcript and SIP trace can be read at any time, as far as they go.',
    ],
    again: 'Yes, when the call is over.',
    see: ['api.md#what-is-left-of-a-call'],
  },
  'call.cancelled': {
    what: 'The call was ended before it was answered: by `POST .../hangup`, or of a call that came in, by its caller, who hung up.',
    seen: ['end'],
    causes: [
      'Your service or somebody at the console or the command line hung up while it rang; Ctrl-C in `outdial call --follow` does.',
      'A caller hung up before the gateway had answered: a bot that is slow with its first turn lets callers wait.',
    ],
    steps: [
      'Nothing, if it was meant.',
      'Who did it stands in the log: `endedBy`, and the request with its address.',
      'For callers: look at how long the first turn takes.',
    ],
    again: 'Yes; nothing is wrong with the number.',
    see: ['api.md#commands', 'inbound.md#how-a-call-is-taken'],
  },
  'call.owner-silent': {
    what: 'The call is carried by another gateway of this database, the command was left there for it, and it did not answer within 5 s. Whether the command was carried out is not known.',
    causes: [
      'That gateway is overloaded, hangs, or has just died.',
      'It is cut off from the database.',
      'The clocks or versions of the gateways differ much.',
    ],
    steps: [
      'Look at the events of the call before you send the command again: `outdial call <vgwSessionID>`.',
      'Look at that gateway: `GET /livez`, `GET /readyz`, its log.',
      'If it is dead, its calls are ended by another one after `OUTDIAL_NODE_LEASE`.',
    ],
    again: 'Yes, after a look at the call: `say` twice is heard twice.',
    see: ['webhooks.md#several-gateways', 'api.md#commands'],
  },
  'idempotency.in-flight': {
    what: 'A request with the same `Idempotency-Key` is being carried out right now. Its answer is not known yet.',
    causes: [
      'A client with a short timeout sends again before the first answer is there.',
      'Two workers took the same job.',
      'The same key is used for all requests.',
    ],
    steps: [
      'Ask again after a second with the same key: then the first answer is given, and no second call placed.',
      'Make one key for each call that you want, for example a UUID kept with the job.',
    ],
    again: 'Yes, in a moment, with the same key and body.',
    see: ['api.md#once-and-only-once'],
  },
  'idempotency.other-request': {
    what: 'This `Idempotency-Key` was used within the last 24 hours for a request with another body. No call was placed.',
    causes: [
      'The key is made of something that two calls share, such as the number or the date.',
      'The body has something that changes from try to try, such as a timestamp in `context`.',
    ],
    steps: [
      'Take a new key for each new call.',
      'Send exactly the same body when you try again; the order of its members does not matter.',
    ],
    again: 'Not with this key, unless with the first body.',
    see: ['api.md#once-and-only-once'],
  },
  'delivery.unknown': {
    what: 'Under this sequence nothing of the call was to be delivered to a webhook, so there is nothing to send again.',
    causes: [
      'The sequence is that of an event which only the streams have: the webhook gets states, and what `OUTDIAL_WEBHOOK_EVENTS` names.',
      'The call had no webhook.',
      'The sequence is that of another call.',
    ],
    steps: [
      'List what there is: `GET .../calls/<vgwSessionID>/deliveries`.',
      'For those that were given up: `outdial events dead`.',
    ],
    again: 'Not with the same sequence.',
    see: ['webhooks.md', 'api.md#calls-under-v1'],
  },
  'artifact.none': {
    what: 'The call is over, and what was asked for is not here: no record, recording or SIP trace.',
    causes: [
      'It was never made: `ENABLE_RECORDING` was off for the call, or `OUTDIAL_SIP_TRACE`, or the personal data of the tenant are not kept.',
      'It was deleted: by `DELETE .../artifacts`, by hand, by a cleaning job.',
      'It lies on another gateway: recordings and traces stay on the machine that made them.',
      'The recording stopped because the disk was full or slow; the event `recording.failed` says so.',
    ],
    steps: [
      'Look at the record of the call: `recordingFile` is there when one was made, and its warnings say why not.',
      'Switch it on for the next call: `ENABLE_RECORDING`, `outdial.recording` of the tenant or the request.',
      'With several gateways ask the one that carried the call.',
    ],
    again: 'No: what was not made does not come.',
    see: ['recording.md', 'api.md#what-is-left-of-a-call'],
  },
  'artifact.not-deleted': {
    what: 'Not everything that the call has left could be deleted; `detail` says what remained and why. What is gone stays gone.',
    causes: [
      'The disk is read-only or not mounted, or the file belongs to another user.',
      'The database does not answer.',
      'A report sink (Cloudant, a file) refused.',
    ],
    steps: [
      'Read `detail`, mend that, and send the same request again: it goes on where it failed.',
      'Look at the rights of `OUTDIAL_DATA_DIR` for the user of the service.',
    ],
    again: 'Yes, as often as needed.',
    see: ['reporting.md#deletion', 'api.md#what-is-left-of-a-call'],
  },
  'link.invalid': {
    what: 'A signed link is not good: it has expired, was changed, or was made for something else.',
    causes: [
      'Its time is over: `expires` in its query (seconds since 1970).',
      'A mail program or a chat cut or escaped the link.',
      '`OUTDIAL_STORE_SECRET` is another one than when the link was made, or differs between gateways.',
    ],
    steps: [
      'Make a new one: `POST .../calls/<vgwSessionID>/links`.',
      'Or ask with the credentials of the tenant, without the query.',
      'Give all gateways of one database the same `OUTDIAL_STORE_SECRET`.',
    ],
    again: 'Not with the same link.',
    see: ['api.md#what-is-left-of-a-call'],
  },
  'stream.too-many': {
    what: 'As many event streams are open as may be: 100 of a tenant, 1,000 of a gateway.',
    causes: [
      'Your service opens a stream for each call and does not close it.',
      'A page or a script connects again and again.',
    ],
    steps: [
      'Follow all calls with the one stream of the tenant: `GET /v1/tenants/<tenantID>/events`.',
      'Close streams of calls that are over; a stream of a call ends with its last event.',
      'Use the webhook where there is a server that can take it.',
    ],
    again: 'Yes, when some are closed; `Retry-After` proposes when to ask.',
    see: ['api.md#events'],
  },
  'store.unavailable': {
    what: 'The database does not answer. Running calls go on and what they have to tell waits in memory; new calls are refused, because a call is written before it is dialled.',
    seen: ['incoming', 'log', 'serve'],
    causes: [
      'PostgreSQL is down, restarts, fails over, or has no connection left.',
      '`DATABASE_URL` is wrong, or its password has changed.',
      'The disk of `OUTDIAL_DATA_DIR` hangs or was taken away.',
      'The database was written by a newer outdial: a start says so.',
    ],
    steps: [
      'Look at `GET /readyz` and the log: the reason has the words of the database.',
      'Connect by hand from that machine: `psql "$DATABASE_URL" -c "select 1"`, or look at the disk: `df -h`, `touch`.',
      'Leave the gateway running: it goes on by itself when the database is back, and tells what has waited.',
      'Send the requests again then; with an `Idempotency-Key` no call is placed twice.',
    ],
    again: 'Yes, when the database is back; `Retry-After` is 5 s.',
    see: ['webhooks.md#what-survives', 'api.md#once-and-only-once'],
  },
  'store.full': {
    what: 'The database cannot write: its disk is full or read-only. Running calls go on, new ones are refused.',
    seen: ['incoming', 'log'],
    causes: [
      'Recordings fill the disk that the database is on.',
      'The log or something else fills it.',
      'The volume was mounted read-only after a fault of the disk.',
    ],
    steps: [
      'Look: `df -h`, `df -i`, `mount | grep ro,` for the disk of `OUTDIAL_DATA_DIR` or of PostgreSQL.',
      'Make room: move old recordings away; they are never removed by themselves.',
      'Keep room for the database: `OUTDIAL_RECORDING_RESERVE`, or a disk of its own for recordings.',
    ],
    again: 'Yes, as soon as there is room.',
    see: ['recording.md', 'deploy.md'],
  },
  'store.not-owner': {
    what: 'This gateway wanted to change a call that is over, or that another gateway has taken over. The call is in good hands, or done.',
    seen: ['log'],
    causes: [
      'A command met the end of its call.',
      'This gateway was cut off from the database for longer than `OUTDIAL_NODE_LEASE`, and another one has ended its calls.',
      'Two gateways run under the same `OUTDIAL_NODE_ID`.',
    ],
    steps: [
      'Ask for the present state: `outdial calls show <vgwSessionID>`.',
      'If it happens to many calls: look at the connection to the database and at `OUTDIAL_NODE_ID`, which must differ from gateway to gateway.',
    ],
    again: 'No: ask for the state of the call instead.',
    see: ['webhooks.md#several-gateways'],
  },
  'internal.bug': {
    what: 'A fault inside outdial. It ended one call or one request and no other; the process went on.',
    seen: ['end', 'incoming', 'turn', 'log'],
    causes: [
      'A case that nobody has thought of: an odd message, an odd order of events.',
      'Two gateways of different versions share a database, and one does not know a command of the other.',
    ],
    steps: [
      'Find the log entry of that instant by its `sessionId`: it has the stack, and for a call its states and last inputs.',
      'Report it with that entry, the version (`outdial --version`) and the SIP trace if it is a call.',
      'Bring all gateways of a database to the same version.',
      'Alert on it: `outdial_faults_total` should stay 0.',
    ],
    again: 'The same thing will likely fail again; everything else works.',
    see: ['metrics.md#process'],
  },
};
