// Prints the pages of docs/ that code knows better than people: settings, errors, the API. With --check nothing is
// written; the exit code says whether a page differs from what would be printed.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import {
  adminStatusPath,
  bodyLimits,
  defaultTimeouts,
  findErrorPage,
  httpErrorKinds,
  pageCodes,
  printOpenApi,
  reloadPath,
  startCallFields,
  statusTable,
  usualOrigin,
} from '../src/api/index.ts';
import { version } from '../src/app/version.ts';
import { streamLimits } from '../src/api/v1/event-stream.ts';
import { v1Routes } from '../src/api/v1/v1-routes.ts';
import { exchangeLimits } from '../src/engine/bot-exchanges.ts';
import { traceLimits } from '../src/engine/sip-traces.ts';
import { checkKinds } from '../src/cli/doctor/check.ts';
import { describeKind, type SettingSpec, settingTable, unusedVariables, type ValueSpec } from '../src/config/index.ts';
import { commandErrorKinds, printMarkdownPage } from '../src/error-pages/index.ts';
import { codeOfRefusal, refusedStatuses } from '../src/call/refusal.ts';
import { completedEnds, type ErrorKind, errorKinds } from '../src/kit/index.ts';
import { maxLabelValues, type MetricSpec, metricTable } from '../src/metrics/index.ts';
import { causeOfStatus } from '../src/sip/index.ts';
import { type KeyRule, listTenantKeys, tenantKeys } from '../src/tenants/index.ts';
import {
  eventHead,
  eventRows,
  personalDataHead,
  personalDataRows,
  reportingTexts as reporting,
} from './reporting-page.ts';
import { printClient } from './print-client.ts';
import { turnStateHead, turnStateRows } from './turn-states.ts';

const openApi = printOpenApi(version, usualOrigin);

const pages: Readonly<Record<string, string>> = {
  'docs/configuration.md': printConfiguration(),
  'docs/errors.md': printErrors(),
  ...printErrorPages(),
  'docs/api.md': printApi(),
  'docs/metrics.md': printMetricTable(),
  'docs/doctor.md': printDoctor(),
  'docs/turn-states.md': printTurnStates(),
  'docs/reporting.md': printReporting(),
  'docs/openapi.json': `${JSON.stringify(openApi, undefined, 2)}\n`,
  'src/client/operations.ts': printClient(openApi),
};

const isCheck = process.argv.includes('--check');
let staleCount = 0;
mkdirSync('docs/errors', { recursive: true });
for (const [path, text] of Object.entries(pages)) {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  staleCount += 1;
  if (isCheck) console.error(`${path} is not what the code says; run: npm run docs`);
  else writeFileSync(path, text);
}
for (const path of pagesWithoutCode()) {
  staleCount += 1;
  if (isCheck) console.error(`${path} is the page of no code; run: npm run docs`);
  else rmSync(path);
}
process.exitCode = isCheck && staleCount > 0 ? 1 : 0;

function printConfiguration(): string {
  const specs: readonly SettingSpec[] = settingTable;
  const groups = [...new Set(specs.map((spec) => spec.group))];
  return page(
    '# Configuration',
    'Settings are environment variables, read once at the start. A variable that is set but empty counts as not set. Whatever is wrong is reported at once, and outdial does not start: bad values, half a pair of credentials, and unknown names that begin with `OUTDIAL_` or `OUTBOUND_CALLS_` or are a slip away from a known one.',
    'Names marked _ours_ belong to outdial; the others are those of the product whose REST contract it keeps. Of the `OUTBOUND_CALLS_*` variables that product is known to have some, but not their names: these names are ours. A setting with _no effect yet_ is checked and kept, and a notice at the start says so when it is set.',
    ...groups.flatMap((group) => [`## ${group}`, printSettings(specs.filter((spec) => spec.group === group))]),
    '## Tenant file',
    'The file of `MULTI_TENANT_CONFIG_FILE` holds `{"tenants": [...]}`. An entry takes the keys of this table. What it does not give comes from the environment variable beside it, or else is the default. Booleans and numbers may also be written as text, and an empty text counts as not given. Any other key is refused with the nearest known one; only `stt.config` and `tts.config` take further keys, which are kept for the service.',
    printTable(['key', 'value', 'otherwise', 'per call', 'meaning'], tenantRows()),
    'The block `outdial` is ours. `conversation`, `stt` and `tts` may be lists: the first entry is used, the others are checked and kept to stand by for it. User name and password go together, and a service takes one way to authenticate. Credentials, workspace and database of the environment are not carried over to a `url` or `statusWebhook` of an entry.',
    `These keys are accepted whatever they hold: ${ignoredKeys()}.`,
    'An outgoing call belongs to the tenant whose `tenantURI` is exactly the `tenantID` of the path. An incoming call will belong to the tenant whose whole `tenantURI` stands in the To URI or in the Request-URI; of several the longest one wins.',
    '### Secrets',
    'The value of a secret may be `${env:NAME}` or `${file:/path}`: then it is read from there when the file is read. A relative path starts at the folder of the tenant file, and one line break at the end of the file is dropped. What is missing is a mistake of that entry. Other keys and requests cannot refer to anything.',
    '### Mistakes',
    'A tenant with a mistake is left out, and a request for it gets 404 with the code `tenant.misconfigured`; the others are served. With `outdial serve --strict` one mistake stops the start. Of two entries with the same `tenantURI` neither is used. A file that is no JSON, or without a usable tenant, always stops the start.',
    '### Reload',
    'SIGHUP, or `POST /v1/admin/reload` with the credentials of `ADMIN_USERNAME`, reads the tenant file, its secrets and the dialog files again; environment variables stay what they were. Running calls keep the version they began with. After any mistake nothing is changed, and the log and the answer (422) say what is wrong and where.',
    '### tenantConfig of a request',
    'Keys marked _yes_ under _per call_ may stand in `tenantConfig.config`. With `merge`, the default, the given keys change, however deep they stand, and nothing else. With `replace` each key given at the top of `config` overwrites the tenant’s as a whole: what is not given inside it comes from the environment or is the default. With both, what is not given at the top stays the tenant’s. A list of providers always takes the place of the tenant’s list. Credentials of a tenant go to no other scheme, host and port than they were configured for: a `url` elsewhere is called with the credentials of the request or with none.',
    ...identityParagraphs(),
    '## Commands',
    printTable(
      ['command', 'what it does'],
      [
        [
          '`outdial config check [--file <path>] [--strict] [--json]`',
          'Tells every mistake with file, line, column, value, reason and fix. Exit code 1 when there is one; with `--strict` also when there is only a notice.',
        ],
        [
          '`outdial config explain [name] [--tenant <tenantURI>] [--file <path>] [--json]`',
          'Prints the effective values and where each comes from: default, environment, or file, line and column.',
        ],
        ['`outdial config schema`', 'Prints the JSON Schema (draft 2020-12) of the tenant file for editors.'],
        [
          '`outdial config diff <before> <after> [--json]`',
          'Prints the effective differences between two tenant files. Secrets are hidden, and references compared as they are written. Exit code 1 when there are differences, 2 when a file cannot be read.',
        ],
      ],
    ),
    '## Variables without effect',
    'These variables of the original are known, and noticed in the log when they are set.',
    unusedVariablesByReason(),
  );
}

function printSettings(specs: readonly SettingSpec[]): string {
  return printTable(
    ['variable', 'value', 'default', 'meaning'],
    specs.map((spec) => [
      `${code(spec.name)}${spec.alias === undefined ? '' : ` or ${code(spec.alias)}`}${spec.origin === 'outdial' ? ' _ours_' : ''}`,
      mark(describeKind(spec.kind)),
      fallback(spec),
      meaning(spec),
    ]),
  );
}

function tenantRows(): string[][] {
  const identity = ['`tenantURI`', 'text, up to 256 characters', 'required', 'no', 'The name of the tenant.'];
  const remark = ['`description`', 'anything', 'none', 'yes', 'For people.'];
  const rows = listTenantKeys().map(({ path, spec, variable, isPerCall }) => [
    code(path),
    mark(describeKind(spec.kind)),
    variable === undefined ? fallback(spec) : code(variable),
    isPerCall ? 'yes' : 'no',
    meaning(spec),
  ]);
  return [identity, remark, ...rows];
}

function fallback({ default: text, defaultNote }: Pick<ValueSpec, 'default' | 'defaultNote'>): string {
  return text === undefined ? mark(defaultNote ?? 'none') : code(text);
}

function meaning({ description, noEffect }: Pick<ValueSpec, 'description' | 'noEffect'>): string {
  return noEffect === undefined ? mark(description) : `${mark(description)} _No effect yet_: ${mark(noEffect)}.`;
}

function ignoredKeys(): string {
  const rules: [string, KeyRule][] = Object.entries(tenantKeys.keys);
  return rules.flatMap(([key, rule]) => (rule.use === 'ignored' ? [`${code(key)} (${rule.why})`] : [])).join(', ');
}

function unusedVariablesByReason(): string {
  const reasons = [...new Set(Object.values(unusedVariables))];
  return reasons
    .map((reason) => {
      const names = Object.entries(unusedVariables).flatMap(([name, why]) => (why === reason ? [code(name)] : []));
      return `- ${reason}: ${names.join(', ')}`;
    })
    .join('\n');
}

function printReporting(): string {
  return page(
    '# Reporting',
    reporting.intro,
    '## Events',
    printTable(eventHead, eventRows),
    reporting.envelope,
    reporting.sample,
    reporting.successor,
    '## Sinks',
    reporting.collector,
    '## Delivery',
    reporting.delivery,
    '## Personal data',
    reporting.personal,
    printTable(personalDataHead, personalDataRows),
    reporting.treatments,
    reporting.optOut,
    '## Deletion',
    reporting.deletion,
  );
}

function printErrorPages(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pageCodes.flatMap((name) => {
      const described = findErrorPage(name);
      return described === undefined ? [] : [[`docs/errors/${name}.md`, printMarkdownPage(described)]];
    }),
  );
}

function pagesWithoutCode(): readonly string[] {
  return readdirSync('docs/errors')
    .map((name) => `docs/errors/${name}`)
    .filter((path) => pages[path] === undefined);
}

function printErrors(): string {
  return page(
    '# Errors',
    'Each code has a page: what happened, likely causes, what to do. It opens from the table, or in a terminal by `outdial errors <code>`.',
    'A code is stable: automate on it, not on the text. It stands in the `code` of an error answer, and in the log. For a call that fails later, `failureReason` of the webhook says what happened. _Retry_ says whether the same request may succeed later; _side_ is where the cause most likely lies.',
    '## Calls',
    printErrorTable(errorKinds),
    '## Calls that did not fail',
    'The other words that an `endCode` can be; nobody is to blame.',
    printTable(
      ['code', 'what happened'],
      Object.entries(completedEnds).map(([name, text]) => [pageLink(name), mark(text)]),
    ),
    '## SIP refusals',
    'What becomes of a final answer to the INVITE. The record, and `data` of the webhook, have `sipStatus`, `q850Cause` (from the Reason header, else by RFC 3398, as here) and `retryAfter` in seconds. Where a Reason header (RFC 3326) of a 400, 480 or 5xx names a Q.850 cause, the code is that of the status which this cause stands for: gateways to the telephone network put many causes into few statuses.',
    printRefusals(),
    '## HTTP',
    printErrorTable(httpErrorKinds),
    '## Commands',
    'What the `outdial` command itself runs into.',
    printTable(
      ['code', 'exit code', 'retry', 'cause and fix'],
      Object.entries(commandErrorKinds).map(([name, { exitCode, isRetryable, help }]) => [
        pageLink(name),
        String(exitCode),
        isRetryable ? 'yes' : 'no',
        mark(help),
      ]),
    ),
  );
}

function printRefusals(): string {
  const rows = new Map<string, string[]>();
  for (const status of [300, ...refusedStatuses, 400, 487, 500, 502, 503]) {
    const cause = causeOfStatus(status);
    const known = rows.get(codeOfRefusal(status)) ?? [];
    rows.set(codeOfRefusal(status), [...known, cause === undefined ? String(status) : `${status} (${cause})`]);
  }
  const others: Readonly<Record<string, string>> = {
    'sip.redirected': 'every other 3xx',
    'sip.trunk-failed': 'every other 5xx',
    'sip.rejected': 'all others',
  };
  return printTable(
    ['code', 'SIP status (Q.850 cause)'],
    [...rows].map(([name, statuses]) => [
      code(name),
      [...statuses, ...(others[name] === undefined ? [] : [others[name]])].join(', '),
    ]),
  );
}

function printErrorTable(kinds: Readonly<Record<string, ErrorKind>>): string {
  return printTable(
    ['code', 'HTTP status', 'retry', 'side', 'cause and fix'],
    Object.entries(kinds).map(([name, kind]) => [
      pageLink(name),
      String(kind.status),
      kind.isRetryable ? 'yes' : 'no',
      kind.blame,
      mark(kind.help),
    ]),
  );
}

function printMetricTable(): string {
  const specs: readonly MetricSpec[] = metricTable;
  const groups = [...new Set(specs.map(({ group }) => group))];
  return page(
    '# Metrics',
    '`GET /metrics`, and `GET /metrics/application` as the original has it, answer in the Prometheus text format, and in JSON when `Accept` gives `application/json` more weight than `text/plain`. With `ENABLE_METRICS_AUTH=true` they ask for `ADMIN_USERNAME` and `ADMIN_PASSWORD` (HTTP Basic).',
    'Names and labels are stable: alert on them. The names are ours: those of the original, and of the metrics it samples over `METRICS_SAMPLING_INTERVAL`, are not known. Nothing is sampled here; whoever scrapes chooses the window, as in `rate(outdial_calls_failed_total[15m])`.',
    `A label takes up to ${maxLabelValues} values; further ones are counted as \`other\`. The label \`tenant\` is the tenantURI of the tenant file, and \`default\` without one. Calls that failed carry a code of [errors](errors.md).`,
    ...groups.flatMap((group) => [
      `## ${group}`,
      printTable(
        ['metric', 'type', 'labels', 'meaning'],
        specs
          .filter((spec) => spec.group === group)
          .map(({ name, type, labels = [], help }) => [code(name), type, labels.map(code).join(', '), mark(help)]),
      ),
    ]),
    '## JSON',
    'One member a series, `<name>;<label>=<value>`, in the shape of MicroProfile Metrics. A histogram is an object with `count`, `sum` and the cumulated `buckets`, each with the labels in its name.',
  );
}

function printDoctor(): string {
  return page(
    '# Doctor',
    '`outdial doctor` looks at everything a first call needs, with the settings that `outdial serve` would take, and says what to fix. Run it where the gateway will run, and before it does: ports that a running gateway has are reported as taken.',
    '- `✓` good, `!` worth a look, `✗` bad, `–` not checked and why\n- The exit code is 1 when something is bad.\n- `--json` prints `{"isHealthy": ..., "checks": [{"name", "status", "detail", "fix"}]}` with the status `good`, `warning`, `bad` or `skipped`.\n- `--bot` also asks every bot for the first turn of a call.',
    'Every check ends by itself, most of them within 5 s, speech and bots within 30 s.',
    printTable(
      ['check', 'looks at', 'fails when'],
      Object.entries(checkKinds).map(([name, { looksAt, failsWhen }]) => [name, mark(looksAt), mark(failsWhen)]),
    ),
  );
}

/** Headers of the INVITE, and registration, as one sets them up. */
function identityParagraphs(): string[] {
  return [
    '### Who calls',
    'The blocks `caller`, `diversion` and `stir` of `outdial`, and `userToUser`, `subject`, `callInfo` and `inviteHeaders`, say what an INVITE tells of its caller. Most may be given with one call:',
    '```json\n{\n  "to": "tel:+4930123456",\n  "from": "sip:+390612340001@sbc.example.net",\n  "tenantConfig": {\n    "config": {\n      "outdial": {\n        "caller": { "name": "Acme", "privacy": "id", "identityHeaders": "P-Asserted-Identity" },\n        "userToUser": "48656c6c6f;encoding=hex",\n        "inviteHeaders": { "X-Campaign": "autumn" }\n      }\n    }\n  }\n}\n```',
    'With `privacy` `id` From and Contact are anonymous, and the trunk learns who calls from P-Asserted-Identity alone, or from the headers that are named. Headers that the stack writes itself, such as Via, Contact or Content-Length, are refused with 400, by name. `answerHeaders` names headers of the answer that the bot is given as `outdialAnswerHeaders`.',
    '`stir` signs every INVITE of the tenant by ES256 (RFC 8224, RFC 8588); `origid` is the `vgwSessionID`. The number that is vouched for is that of `assertedIdentity`, else of `from`; a number without a plus is taken to have its country code. A far end that does not take the signature (428, 436, 437, 438) ends the call with `sip.identity-refused`.',
    '### Registration',
    'With `OUTDIAL_REGISTRAR`, or `registration` of a tenant, the gateway registers at each registrar named, and says so in the log, by the metric `outdial_sip_registered` and in `GET /readyz`. Tenants that say the same share one registration. A registrar that wants a longer time (423) gets it; one that refuses or is silent is asked again after 15 to 30 s, then after pauses that double up to half an hour, and not before its Retry-After; one that refuses the password after 2.5 minutes at the earliest. Calls without a route of their own take the Service-Route that a registrar named. A reload registers what is new and takes away what is gone.',
  ];
}

function printApi(): string {
  return page(
    '# API',
    '## Start a call',
    '```http\nPOST /vgw/outboundCalls/<tenantID>/startOutboundCall\nContent-Type: application/json\nAuthorization: Basic ...\n```',
    'Without a tenant file every `tenantID` is accepted. Credentials are asked for when they are configured.',
    printTable(['field', 'required', 'meaning'], fieldRows()),
    'Fields with other names are refused with the nearest known one.',
    'A call that was accepted is answered with `200` and',
    '```json\n{ "msg": "The call was accepted.", "vgwSessionID": "0b0c1c52-6f0e-4c11-9a3e-5f8f3f1f0f11" }\n```',
    'which means that it is stored, not that anybody was reached: that is what the webhook is for. Keys of `tenantConfig` that have no effect today are named in `msg`. Every other answer has this shape:',
    '```json\n{\n  "failureReason": "to is missing. The body is not ...",\n  "type": "urn:outdial:error:request.malformed",\n  "title": "Request malformed",\n  "status": 400,\n  "detail": "to is missing.",\n  "code": "request.malformed",\n  "docs": "/docs/errors/request.malformed"\n}\n```',
    '## Answers',
    'What comes before the body is looked at in this order, and before a byte of the body is read; of the faults of a body the first one found is answered.',
    printTable(
      ['condition', 'status', 'code'],
      statusTable.map((row) => [mark(row.condition), String(row.status), row.code === undefined ? '' : code(row.code)]),
    ),
    '## Limits',
    printTable(['what', 'limit'], limitRows()),
    mark('A listener holds at most OUTDIAL_MAX_CONNECTIONS connections.'),
    '## Guards',
    ...guardParagraphs(),
    ...v1Paragraphs(),
    '## Administration',
    `\`POST ${reloadPath}\` reads tenants, secrets and dialogs again ([reload](configuration.md#reload)). It asks for the credentials of \`ADMIN_USERNAME\`, and is 404 like any unknown path when these are not configured. \`200\` tells \`status\`, the number of \`tenants\` and \`notices\`; \`422\` with the code \`config.invalid\` has up to 100 \`problems\` with \`file\`, \`line\`, \`column\`, \`path\`, \`value\`, \`reason\` and \`fix\`, and nothing has changed; \`401\` challenges.`,
    `\`GET ${adminStatusPath}\`, with the same credentials, tells of all tenants, entries of the tenant file that were left out and why, the trunk, and the gateways that share the database.`,
    '## Probes',
    '`GET /livez` answers 200 while the process works, else 503. `GET /readyz` answers 200 while new calls can be taken, else 503 with all `reasons`; `remarks`, with either, tells what is amiss and keeps no call from being taken, such as a SIP registration that is not in force. It looks at the media threads, the speech engines inside, the SIP socket, the data directory (at most every 5 s) and whether the gateway is stopping. Neither asks for credentials. `GET /metrics` has a [page of its own](metrics.md).',
  );
}

function v1Paragraphs(): string[] {
  const base = '/v1/tenants/<tenantID>';
  return [
    '## Calls under /v1',
    `Beside the route of the original there is an API that follows and controls calls. Its paths begin with \`${base}\`, with the \`tenantID\` percent-encoded; it asks for the same credentials, and a tenant sees its own calls only: those of others are 404 like those that never were. \`GET /v1/openapi.json\`, which is [openapi.json](openapi.json), describes every route of the gateway, body, answer and code (OpenAPI 3.1, with the notifications as its \`webhooks\`, and for each route a curl command for the host that it is asked at). \`/docs\` shows it in a browser, without any other host, and sends requests that are tried there with the credentials of the tenant.`,
    printTable(
      ['method', 'path', 'what it does'],
      v1Routes.map(({ method, path, summary }) => [
        method,
        code(path.replaceAll(/:(\w+)/g, (_, name: string) => `<${name === 'sessionId' ? 'vgwSessionID' : name}>`)),
        summary,
      ]),
    ),
    '### Once and only once',
    'With an `Idempotency-Key` (1 to 255 printable ASCII characters) a request that starts a call can be sent again after a broken connection. For 24 hours the same body, whatever the order of its members, gets the first answer with `Idempotency-Replayed: true`; another body gets 422 `idempotency.other-request`; while the first request is under way 409 `idempotency.in-flight`. A refused request gives its key back. The answer is kept in the commit that makes the call durable, so that no crash comes between.',
    '### Commands',
    '`say`, `play`, `digits` and `transfer` are carried out between turns, in their order: after what plays now, before a hang-up or a transfer of the bot that waits behind it, and after the answer while the bot thinks. Nothing begins while the callee speaks or is in the middle of a collection of keys. The callee may interrupt a text as the bot allows; those behind it follow later. At most 32 wait; then, and while the call is being transferred or given up, 409 `call.busy`. `hangup` takes effect at once. 202 means that the call has taken the command, and an event `command.taken` says so; its outcome is told by further events.',
    '`mute` with `bot` sends the callee silence in place of what plays, which goes on; with `callee` the bot hears silence in place of the callee, whose keys still count. Text messages ([bot](bot.md#text-messages)) are told to the bot in a turn of their own, as soon as nobody speaks. Variables go into the context of the next turn, the last one of the call at the latest; what the bot does with them is its business.',
    'A command for a call of another node is handed to it through the database; one that does not answer within 5 s gives 504 `call.owner-silent`.',
    '### Events',
    `\`${base}/calls/<vgwSessionID>/events\` and \`${base}/events\` are streams of server-sent events: each \`data\` line is the body of a notification, its type in \`type\`. All events are in the streams, whatever \`OUTDIAL_WEBHOOK_EVENTS\` says: \`transfer.started\`, \`transfer.over\`, \`recording.completed\` with \`recordingFile\`, \`recording.failed\` with \`reason\` when it stopped early (what was written stays), those of turns, speech and keys, \`call.early-media\` for what is heard before the answer (\`sound\`: \`ringback\`, \`busy\`, \`congestion\`, \`call-waiting\`, \`special-information\` with its \`category\` \`intercept\`, \`vacant-code\`, \`reorder\`, \`no-circuit\` or \`other\`, \`fax\`, \`speech\` for speech or music, \`silence\` after 6 s of it) and \`call.fax\` when the tone of a fax machine is heard within 10 s of the answer. A stream of a call begins with its first event and ends with its last one; one of a tenant begins now. After a broken connection \`Last-Event-ID\` goes on behind the event it names: nothing is missed, nothing is told twice. A stream of a call that is over and told to its end is answered with 204.`,
    `A comment keeps an idle stream alive every ${streamLimits.heartbeatMs / 1000} s. A reader who takes nothing for ${streamLimits.slowReaderMs / 1000} s is cut off, and every stream ends after an hour, to be asked for again with credentials that are still good. A tenant may have ${streamLimits.perTenant} streams open, a gateway ${streamLimits.inAll}.`,
    '### What is left of a call',
    'Record and recording can be read when the call is over, transcript, SIP trace and bot exchanges at any time; the latter two of a running call by the node that carries it alone, with `isComplete: false`. The SIP trace comes as JSON, and by `.../sip-trace.pcap` as a capture file for Wireshark, tshark or sngrep; `OUTDIAL_HEP_COLLECTOR` shows the same messages to a capture server while the call goes on. `.../page.html` is a call that is over as one HTML file: the page that the console shows of it, with its data and a recording of up to 20 MB inside. It opens without a gateway and asks nothing of any network. Links of `POST .../links` open recording, transcript, SIP trace, bot exchanges and page without credentials until they expire (HMAC-SHA256 with a key made of `OUTDIAL_STORE_SECRET`); deleting the artifacts empties them. Recordings, traces and exchanges lie on the machine that made them.',
    `A SIP trace has every message that was sent and received for the call until it was over, as it was on the wire but for what \`***\` stands in place of: credentials and nonces, headers and URI headers whose names speak of keys, tokens or passwords, passwords of URIs, and keys of media in session descriptions. It ends after ${traceLimits.messages} messages or ${traceLimits.bytes / 1024} KiB. Messages are full of numbers: no trace is kept of calls whose personal data are not to be kept ([personal data](reporting.md)), with \`OUTDIAL_SIP_TRACE=false\`, or of a call that another process had to end.`,
    `Bot exchanges are every request to a bot of the call and its reply, in the order in which they were sent; an attempt after a failure, and a bot that stands in for another, are exchanges of their own. \`turn\` is that of the events; a question that was asked ahead of the end of speech says whether its answer was \`used\`. Headers and values of the query are not kept; \`***\` stands in bodies for what has a name that speaks of keys, tokens or passwords, and for the credentials of the request wherever they come back. The first ${exchangeLimits.body / 1024} KiB of a body are kept, ${exchangeLimits.bodiesOfCall / 1024} KiB and ${exchangeLimits.exchangesOfCall} exchanges of a call. They are full of what was said: as with traces none are kept of calls whose personal data are not to be kept, with \`OUTDIAL_BOT_TRACE=false\`, or of a call that another process had to end.`,
    '### Statistics',
    'Calls are counted when they end, each in the bucket in which it was accepted, in buckets of 5 minutes, an hour and a UTC day: how they ended, whose side failures lay on, and how long everybody waited. `durations` has the silence that callees hear before the answer of the bot (`response`, measured on the audio) and its parts, the time to ringing and to the answer, and the time talked; a percentile is the nearest rank, rounded to two significant digits. Figures hold no personal data: deleting the artifacts of a call leaves them as they are.',
    '### Status',
    '`/v1/tenants/<tenantID>/status` tells whether new calls are taken, the limits of the tenant and what this gateway has used of them, its bots and speech engines by kind and host, and how the trunk is. Where the trunk leads, what its targets and registrars said last and which places are avoided after failures is the operator’s: it is in the answer with one tenant, and else in that of [the operator](#administration).',
    '### Times',
    'Every time of a call is of one clock, to the millisecond, so that all of it can be put on one axis: `timestamp` of events, `at` in transcript, SIP trace, bot exchanges and attempts of deliveries, and the times of the record, `recordingStartTime`, the instant of the first sample of the recording, among them. `times` of turns, and `atMs` of quality samples, are milliseconds after `startTime`. The clock is the wall clock as the process found it at its start, carried on without a jump whatever is done to the clock of the machine. The `timestamp` of an event is when the call took it in: words are told when they are recognised, and when they were said stands in the record.',
    '### Client',
    'A typed client for Node.js and browsers is part of the package, printed from the same routes:',
    "```ts\nimport { createOutdialClient } from 'outdial/client';\n\nconst client = createOutdialClient({ baseUrl, tenantId, username, password });\nconst { vgwSessionID: sessionId } = await client.createCall({ body: { to: 'tel:+15551234' }, idempotencyKey });\nfor await (const event of client.followCall({ sessionId })) console.log(event.type, event.data);\n```",
    'What the gateway refuses rejects with an `OutdialProblem` (`status`, `code`, `retryAfterS`); `followCall` and `followTenant` connect again by themselves.',
  ];
}

function guardParagraphs(): string[] {
  return [
    'URLs of a request (statusWebhook, the url of a conversation) are connected to under a policy. Addresses are judged in whatever spelling, also inside IPv6 (mapped, 6to4, NAT64, Teredo), names by every address they resolve to at the moment of connecting, and redirects are not followed. Nothing ever reaches link-local and metadata addresses or a port of the gateway itself. With one tenant the caller is the operator and may reach private networks and loopback; with MULTI_TENANT_CONFIG_FILE only public addresses and those of OUTDIAL_ALLOW_NETWORKS. A literal address is refused with 400; a name that leads elsewhere ends the webhook or the turn of the bot with the reason in the log. URLs of settings and of the tenant file are held only to what nothing reaches.',
    'Calls may go to OUTDIAL_SIP_TRUNK and to the hosts of OUTDIAL_SIP_ALLOW. Without such a list, with one tenant, anywhere; with MULTI_TENANT_CONFIG_FILE by the trunk only or, without a trunk, to public addresses. No host of to, route or trunk may be on OUTDIAL_SIP_DENY, and what a name resolves to is judged again before each SIP message leaves: a refused one ends the call as unreachable.',
    'Limits of a tenant are checked in this order: prefix, calls at a time, minutes of the day, calls a second. With one tenant all names in the path share its limits. They are counted in memory and for each process by itself: a restart begins at zero. A call that is accepted may use the minutes that were left when it began, so calls at the same time may together go over the minutes of the day by as much.',
    'After 10 wrong credentials within a minute the address they came from (of IPv6 its /64) gets 429 until the minute is over, whatever it sends. When a tenant meets 10 of them from anywhere, addresses that have failed get 429 and others one try each. Requests without credentials do not count. The address is that of the connection: behind a proxy all callers share it.',
  ].map(mark);
}

function printTurnStates(): string {
  return page(
    '# Who has the floor',
    'What the turn machine (`src/turn`) does in which state, printed by running it. A cell says what is done and, behind the arrow, the next state; an empty one means that nothing happens. _Ask_ names what the next turn is about; _wait_ means that the input becomes the next turn, in the order of arrival, once the present one is answered.',
    printTable(turnStateHead, turnStateRows()),
    'The timer of a listening state is the response timer; while a voice is heard, that of its words (`vgwFinalUtteranceTimeout`, when set); between two digits, that of the collection.',
    '## Events that overlap\n\nOne event is taken at a time, in the order in which it reached the call. What comes while the bot is asked waits: words are joined into one turn, keys stay single, up to 32, and they are asked in the order in which they came, before anything of the answer is spoken. An answer that comes while a voice is heard waits for its words, and is spoken when there are none. The end of a playback that comes while a voice has paused it counts when the voice has become words or not. A network event that comes while anything else goes on makes no turn, and is told with the next one. The end of the call goes before everything: what waits is dropped, the question that is under way is given up, and the last turn is asked.',
  );
}

function fieldRows(): string[][] {
  return Object.entries(startCallFields.shape).map(([name, field]) => [
    code(name),
    field.safeParse(undefined).success ? 'no' : 'yes',
    mark(field.description ?? ''),
  ]);
}

function limitRows(): string[][] {
  return [
    ['body', `${bodyLimits.bodyBytes} bytes`],
    ['nesting of the body', `${bodyLimits.depth} levels`],
    ['context', `${bodyLimits.contextBytes} bytes of JSON`],
    ['time for the headers', `${defaultTimeouts.headersMs} ms`],
    ['time for the whole request', `${defaultTimeouts.requestMs} ms`],
    ['idle connection', `${defaultTimeouts.keepAliveMs} ms`],
  ];
}

function page(...blocks: readonly string[]): string {
  return `${blocks.join('\n\n')}\n`;
}

/** A table with padded columns, as the formatter has them. */
function printTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const escaped = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', String.raw`\|`)));
  const widths = head.map((_, column) => Math.max(3, ...escaped.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 3)).join(' | ')} |`;
  const [first = [], ...others] = escaped;
  return [line(first), line(widths.map((width) => '-'.repeat(width))), ...others.map(line)].join('\n');
}

function pageLink(name: string): string {
  return `[${code(name)}](errors/${name}.md)`;
}

function code(text: string): string {
  return `\`${text}\``;
}

/** Sets names of variables, a lone star and placeholders as code. */
function mark(text: string): string {
  return text.replaceAll(/\b[A-Z]+(?:_[A-Z]+)+(?:=\w+)?\b|(?<=\s)\*(?=\s)|"\w+": \w+|\S*<\w+>[^\s.,]*/g, code);
}
