/** The parts of docs/reporting.md, with the table of personal data as the code has it. */
import { dataKinds } from '../src/reports/index.ts';

export const personalDataHead = ['data', '`everything`', '`no-personal-data`', '`metadata-only`'];

export const personalDataRows: string[][] = Object.values(dataKinds).map((kind) => [
  kind.what,
  'kept',
  kind['no-personal-data'],
  kind['metadata-only'],
]);

export const eventHead = ['event', 'switched on by', 'in a database by', 'when', 'what `event` holds'];

export const eventRows: string[][] = [
  [
    'call record',
    '`REPORTING_CDR_EVENT_INDEX`',
    '`REPORTING_CDR_CLOUDANT_*`',
    'the call is over',
    'The call record, with the fields of the original (`stopTime`, `callLength`, `outboundCall`, `warnings`, `rtpNetworkSummary`, ...). With `OUTDIAL_CDR_FORMAT=cdr_logged` instead `{"event": "cdr_logged", "payload": {...}}` in the shape of its successor; with `both` one event each.',
  ],
  [
    'turn request',
    '`REPORTING_CONVERSATION_REQUEST_EVENT_INDEX`',
    'never',
    'the turn is answered or has failed',
    'The JSON that was sent to the bot. Of bots without a wire format (dialog files) a v1 message.',
  ],
  [
    'turn response',
    '`REPORTING_CONVERSATION_EVENT_INDEX`',
    '`REPORTING_CONVERSATION_CLOUDANT_*`',
    'the turn is answered or has failed',
    'The JSON that the bot answered, whatever is in it, credentials for speech services too. Of a turn that failed `{"error": ..., "code": ...}`. None for an empty answer.',
  ],
  [
    'transcription',
    '`REPORTING_TRANSCRIPTION_EVENT_INDEX`',
    '`REPORTING_TRANSCRIPTION_CLOUDANT_*`',
    'the callee was understood; the bot begins to speak',
    '`vgwSessionID`, `tenantID`, `outboundCall`, `speaker` (`callee` or `bot`), `text`, `confidence` (0 to 1, null for the bot), `time` in ms since the start of the call.',
  ],
];

export const reportingTexts = {
  intro:
    'Beside its record in the data directory a call is told of by events: to an HTTP collector, to CouchDB or Cloudant, to a file. Every type of event is off until its index is set. Settings are those of [configuration.md](configuration.md#reporting); in the tenant file the block `reporting` has its own for each tenant. Where events go, and with which credentials, is always what is configured now, also for events that have been waiting.',
  envelope:
    'Every event stands in the envelope of the HTTP event collector of Splunk, which other collectors take too: `time` (seconds since 1970), `host` (this machine), `source` (`outdial`), `sourcetype` (when one is set), `index`, `event`, and `fields` with `vgwSessionID`, `tenantID` and for turns `turn`, so that the bot’s own JSON stays as it is.',
  sample:
    '```json\n{\n  "time": 1741079752.48,\n  "host": "gateway-1",\n  "source": "outdial",\n  "sourcetype": "vgwSessionID",\n  "index": "cdr",\n  "event": { "vgwSessionID": "5f1c...", "outboundCall": true, "callLength": 45360, "endCode": "completed.bot" },\n  "fields": { "vgwSessionID": "5f1c...", "tenantID": "+390612340001" }\n}\n```',
  successor:
    'Of the successor’s shape these fields are not known here and left out: `x-global-sip-trunk-call-id`, `assistant.log_id`, `call.security.sip_authenticated`, `echo_detected`, transaction identifiers, and maxima of jitter. Where its table and its sample disagree both names are given (`invite_arrival_timestamp` and `invite_arrival_time`, `id` and `code`). `primary_phone_number` is the caller’s, which is the tenant’s. `injected_custom_data` is what the bot put into `context.integrations.voice_telephony.cdr_custom_data`, merged turn by turn.',
  collector:
    '- **Collector** (`REPORTING_URL`): POST, HTTP Basic with `REPORTING_USERNAME` and `REPORTING_PASSWORD`; for Splunk any user name, and the token as password. One event a request, as the original does it; with `OUTDIAL_REPORTING_BATCH_SIZE` several JSON objects in one, gathered for at most `OUTDIAL_REPORTING_BATCH_TIME`. Up to eight requests at the same time: go by `time`, not by the order of arrival.\n- **CouchDB or Cloudant** (`REPORTING_*_CLOUDANT_*`): `_bulk_docs` of a database that is there already and is not partitioned. The document is the envelope; its `_id` grows with time, and an event that is sent twice is there once. User name and password (HTTP Basic), or an IAM API key, which is exchanged for a token that is renewed in time.\n- **File** (`OUTDIAL_REPORTING_FILE`): one JSON object a line, synced to the disk, for all tenants. At `OUTDIAL_REPORTING_FILE_SIZE` it becomes `name.1`, `name.1` becomes `name.2`, and so on.',
  delivery:
    'No call and no other sink ever waits for a sink. What a sink does not take is tried again after 1 s, 2 s, 4 s and so on up to 60 s (±20 %), or when `Retry-After` says, up to an hour; events that came meanwhile follow in order. 401, 403, 404, 407, 408, 429, 3xx, 5xx and a sink that does not answer are reasons to wait; any other 4xx is about the event itself: of a batch the bad one is searched for, and it alone is dropped. A collector may get an event twice when its answer is lost.\n\nWaiting events are kept in the database of the gateway, at most `OUTDIAL_REPORTING_MAX_WAITING` for each sink; what comes after them is dropped. They survive a restart and a crash, and are tried at once in the next life. Dropped and waiting events are logged and counted in `outdial_reports_*` ([metrics.md](metrics.md)).',
  personal:
    '`OUTDIAL_PERSONAL_DATA`, or `outdial.personalData` of a tenant, says how much of what people said and are called by is in call records (also those in the data directory), in events, in the gateway’s own database and in what webhooks are told beside the states. The `failureReason` of a state is cleaned, and never hidden. While a call lasts its dialog is kept with its addresses, so that it can be ended after a crash. Fields that no table of outdial names are left out below `everything`. Recordings are another matter: `ENABLE_RECORDING`.',
  treatments:
    '_Numbers masked_: runs of five digits or more lose all but the last two. _Last two digits_: of the number; names and short numbers are hidden. _Host_: `sip:***@example.net`, or scheme and host of a URL. _Cleaned_: without quotations, numbers, users and paths. _Hidden_: `***`. _Emptied_: `{}`, `[]` or null. Of turns below `everything` the events hold kind, times, confidence and step types in place of the bot’s JSON.',
  optOut:
    'Utterances of one call are not reported when its request has `"outdialTranscriptionReport": "No"` in `context`; those of a tenant with `outdial.transcriptionReports` false, and no request can switch them on. The other events of the call stay.',
  deletion:
    'Of a call that is over the gateway can delete recording, record, SIP trace, bot exchanges, waiting events and the data of its webhook events together. What a sink has taken is not called back.',
} as const;
