// Prints the pages of docs/ that code knows better than people: settings, errors, the API. With --check nothing is
// written; the exit code says whether a page differs from what would be printed.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { bodyLimits, defaultTimeouts, httpErrorKinds, startCallFields, statusTable } from '../src/api/index.ts';
import { describeKind, type SettingSpec, settingTable, unusedVariables } from '../src/config/index.ts';
import { type ErrorKind, errorKinds } from '../src/kit/index.ts';
import { type KeyGroup, tenantKeys } from '../src/tenants/index.ts';
import { turnStateHead, turnStateRows } from './turn-states.ts';

const pages: Readonly<Record<string, string>> = {
  'docs/configuration.md': printConfiguration(),
  'docs/errors.md': printErrors(),
  'docs/api.md': printApi(),
  'docs/turn-states.md': printTurnStates(),
};

const isCheck = process.argv.includes('--check');
let staleCount = 0;
for (const [path, text] of Object.entries(pages)) {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  staleCount += 1;
  if (isCheck) console.error(`${path} is not what the code says; run: npm run docs`);
  else writeFileSync(path, text);
}
process.exitCode = isCheck && staleCount > 0 ? 1 : 0;

function printConfiguration(): string {
  const specs: readonly SettingSpec[] = settingTable;
  const groups = [...new Set(specs.map((spec) => spec.group))];
  return page(
    '# Configuration',
    'Settings are environment variables, read once at the start. A variable that is set but empty counts as not set. Whatever is wrong is reported at once, and outdial does not start: bad values, half a pair of credentials, and unknown names that begin with `OUTDIAL_` or `OUTBOUND_CALLS_` or are a slip away from a known one.',
    'Names marked _ours_ belong to outdial; the others are those of the product whose REST contract it keeps.',
    ...groups.flatMap((group) => [`## ${group}`, printSettings(specs.filter((spec) => spec.group === group))]),
    '## Tenant file',
    'The file of `MULTI_TENANT_CONFIG_FILE` holds `{"tenants": [...]}`. An entry takes these keys; what it does not give comes from the environment variable beside it. Booleans and numbers may also be written as text, and an empty text counts as not given. Where the last column says so, a request may give the key too, in `tenantConfig.config`.',
    printTable(['key', 'stands in for', 'per call'], tenantRows(tenantKeys, '')),
    'User name and password go together. Credentials and workspace of the environment are not carried over to a `url` or `statusWebhook` of an entry, and those of a tenant not to another host that a request names. Of a list of `conversation` or `stt` objects the first is used. These keys are accepted without effect today:',
    `${idleKeys(tenantKeys, '').map(code).join(', ')}, and every other key of \`stt.config\`. Any other key is refused.`,
    '## Variables without effect',
    'These variables of the original are known, and noticed in the log when they are set.',
    unusedVariablesByReason(),
  );
}

function printSettings(specs: readonly SettingSpec[]): string {
  return printTable(
    ['variable', 'value', 'default', 'meaning'],
    specs.map((spec) => [
      `${code(spec.name)}${spec.origin === 'outdial' ? ' _ours_' : ''}`,
      mark(describeKind(spec.kind)),
      spec.default === undefined ? mark(spec.defaultNote ?? 'none') : code(spec.default),
      mark(spec.description),
    ]),
  );
}

function tenantRows(group: KeyGroup, path: string): string[][] {
  return Object.entries(group.keys).flatMap(([key, rule]) => {
    const keyPath = `${path}${key}`;
    switch (rule.use) {
      case 'group':
        return tenantRows(rule, `${keyPath}.`);
      case 'setting':
        return [[code(keyPath), code(rule.variable), rule.perCall ? 'yes' : 'no']];
      case 'identity':
        return [[code(keyPath), 'required: the `tenantID` of the path, exactly', 'no']];
      case 'remark':
        return [[code(keyPath), 'for people', 'no']];
      case 'not-yet':
        return [];
      default:
        return rule satisfies never;
    }
  });
}

function idleKeys(group: KeyGroup, path: string): string[] {
  return Object.entries(group.keys).flatMap(([key, rule]) => {
    if (rule.use === 'group') return idleKeys(rule, `${path}${key}.`);
    return rule.use === 'not-yet' ? [`${path}${key}`] : [];
  });
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

function printErrors(): string {
  return page(
    '# Errors',
    'A code is stable: automate on it, not on the text. It stands in the `code` of an error answer, and in the log. For a call that fails later, `failureReason` of the webhook says what happened. _Retry_ says whether the same request may succeed later; _side_ is where the cause most likely lies.',
    '## Calls',
    printErrorTable(errorKinds),
    '## HTTP',
    printErrorTable(httpErrorKinds),
  );
}

function printErrorTable(kinds: Readonly<Record<string, ErrorKind>>): string {
  return printTable(
    ['code', 'HTTP status', 'retry', 'side', 'cause and fix'],
    Object.entries(kinds).map(([name, kind]) => [
      code(name),
      String(kind.status),
      kind.isRetryable ? 'yes' : 'no',
      kind.blame,
      mark(kind.help),
    ]),
  );
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
    '```json\n{\n  "failureReason": "to is missing. The body is not ...",\n  "type": "urn:outdial:error:request.malformed",\n  "title": "Request malformed",\n  "status": 400,\n  "detail": "to is missing.",\n  "code": "request.malformed"\n}\n```',
    '## Answers',
    'What comes before the body is looked at in this order, and before a byte of the body is read; of the faults of a body the first one found is answered.',
    printTable(
      ['condition', 'status', 'code'],
      statusTable.map((row) => [mark(row.condition), String(row.status), row.code === undefined ? '' : code(row.code)]),
    ),
    '## Limits',
    printTable(['what', 'limit'], limitRows()),
    '## Probes',
    '`GET /livez` answers 200 while the process works, else 503. `GET /readyz` answers 200 while new calls are taken, else 503 with the `reasons`. Neither asks for credentials.',
  );
}

function printTurnStates(): string {
  return page(
    '# Who has the floor',
    'What the turn machine (`src/turn`) does in which state, printed by running it. A cell says what is done and, behind the arrow, the next state; an empty one means that nothing happens. _Ask_ names what the next turn is about; _wait_ means that the input becomes the next turn, in the order of arrival, once the present one is answered.',
    printTable(turnStateHead, turnStateRows()),
    'The timer of a listening state is the response timer; while a voice is heard, that of its words (`vgwFinalUtteranceTimeout`, when set); between two digits, that of the collection.',
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

function code(text: string): string {
  return `\`${text}\``;
}

/** Sets names of variables, a lone star and placeholders as code. */
function mark(text: string): string {
  return text.replaceAll(/\b[A-Z]+(?:_[A-Z]+)+(?:=\w+)?\b|(?<=\s)\*(?=\s)|"\w+": \w+|\S*<\w+>[^\s.,]*/g, code);
}
