/** A page as blocks of plain text with code in backticks: what the printers for docs/, terminal and browser share. */
import { refusalStatus } from '../call/index.ts';
import { type SettingSpec, settingTable } from '../config/index.ts';
import type { Blame, EndCode } from '../kit/index.ts';
import type { ErrorPage, Place } from './error-page.ts';

/** What the registries know of a code. */
export interface CodeFacts {
  readonly code: string;
  /** One or two sentences: what it is and how to mend it. */
  readonly help: string;
  readonly isRetryable: boolean;
  readonly blame?: Blame;
  /** Of the answer to a request; absent when none has this code. */
  readonly status?: number;
  readonly retryAfterS?: number;
  /** Routes whose requests are answered with it, as `POST /path`. */
  readonly routes?: readonly string[];
  /** Of a command. */
  readonly exitCode?: number;
}

export interface SettingLink {
  readonly name: string;
  readonly default: string | undefined;
  /** Heading of docs/configuration.md. */
  readonly group: string;
}

export interface DescribedPage {
  readonly code: string;
  readonly what: string;
  readonly where: readonly string[];
  readonly causes: readonly string[];
  readonly steps: readonly string[];
  readonly isRetryable: boolean;
  readonly again: string;
  readonly settings: readonly SettingLink[];
  readonly see: readonly string[];
}

export function describePage(facts: CodeFacts, page: ErrorPage): DescribedPage {
  const { what, causes, steps, again, see } = page;
  const text = [what, ...causes, ...steps, again].join('\n');
  return {
    code: facts.code,
    what,
    where: [
      ...answerPlaces(facts),
      ...(page.seen ?? []).flatMap((place) => placeTexts(place, facts)),
      ...commandPlaces(facts),
    ],
    causes,
    steps,
    isRetryable: facts.isRetryable,
    again,
    settings: settingsIn(text),
    see,
  };
}

/** Whether to try again, in sentences that begin with the answer. */
export function againOf({ isRetryable, again }: DescribedPage): string {
  return /^(?:Yes|No|Not)\b/.test(again) ? again : `${isRetryable ? 'Yes' : 'No'}. ${again}`;
}

function answerPlaces({ code, status, retryAfterS, routes = [] }: CodeFacts): readonly string[] {
  if (status === undefined || routes.length === 0) return [];
  const wait = retryAfterS === undefined ? '' : ', with `Retry-After`';
  return [
    `HTTP: status ${status}${wait}, \`"code": "${code}"\` in the answer of ${routes.join(', ')}.`,
    'Command line: the commands that ask a gateway end with exit code 1.',
  ];
}

function placeTexts(place: Place, { code, blame }: CodeFacts): readonly string[] {
  switch (place) {
    case 'end':
      return [
        `End of a call: \`endCode\` of the record, of \`GET .../calls/<vgwSessionID>\` and of the notification; the line \`call.over\` of the log${metricOf(code)}.`,
        ...(code.startsWith('completed.')
          ? ['Command line: `outdial call --follow` ends with exit code 0.']
          : [`Command line: \`outdial call --follow\` ends with exit code ${blame === 'callee' ? 3 : 4}.`]),
      ];
    case 'incoming':
      return [`A call that came in is refused with SIP ${refusalStatus(code as EndCode)}.`];
    case 'turn':
      return [
        `A turn of the bot: \`turn.failed\` with \`"code": "${code}"\` in the stream of events and the log; \`outdial_turns_failed_total{code="${code}"}\`.`,
      ];
    case 'warning':
      return [
        'A warning of the call: `warnings` of its record, the line `call.warning` of the log, `outdial_call_warnings_total`.',
      ];
    case 'log':
      return ['The log, with the reason.'];
    case 'reload':
      return ['The log after SIGHUP, as `config.refused`.'];
    case 'serve':
      return ['`outdial serve` tells the reasons on the error output and does not start.'];
    default:
      return place satisfies never;
  }
}

function metricOf(code: string): string {
  const name = code.startsWith('completed.') ? 'outdial_calls_ended_total' : 'outdial_calls_failed_total';
  return `; \`${name}{code="${code}"}\``;
}

function commandPlaces({ exitCode }: CodeFacts): readonly string[] {
  return exitCode === undefined ? [] : [`Command line: the reason on the error output, exit code ${exitCode}.`];
}

/** The settings that a text names, in its order. */
function settingsIn(text: string): readonly SettingLink[] {
  const names = new Set([...text.matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b/g)].map(([, name = '']) => name));
  return [...names].flatMap((name) => {
    const spec: SettingSpec | undefined = settingTable.find((each) => each.name === name);
    return spec === undefined ? [] : [{ name, default: spec.default, group: spec.group }];
  });
}
