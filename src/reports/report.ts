/**
 * What is told of a call to collectors and databases: its record at the end, each turn, each utterance (specification §8).
 * Reports are made here and put into the envelope that collectors take (Splunk's HTTP event collector).
 */
import type { ErrorCode, Json, JsonObject } from '../kit/index.ts';
import { buildCallLogged } from './call-logged.ts';
import { buildCallRecord, type CallFacts, type StepRecord, type TurnFacts } from './call-record.ts';
import type { PersonalDataLevel } from './data-kinds.ts';
import { reduceText, reduceToLevel } from './personal-data.ts';

export const reportTypes = ['cdr', 'turn-response', 'turn-request', 'transcription'] as const;
export type ReportType = (typeof reportTypes)[number];

/** `original`: the call record. `cdr_logged`: the payload of the successor. `both`: one event each. */
export type CdrFormat = 'original' | 'cdr_logged' | 'both';

export interface Report {
  readonly type: ReportType;
  readonly sessionId: string;
  /** As it may be told. */
  readonly tenantId: string;
  /** What it tells of happened at this time of day. */
  readonly atWallMs: number;
  /** From 0; of turns only. */
  readonly turn?: number;
  readonly event: Json;
}

/** The call that a report belongs to. `CallFacts` is one. */
export type ReportedCall = Pick<
  CallFacts,
  'sessionId' | 'tenantId' | 'isInbound' | 'startedAtMs' | 'startedWallMs' | 'personalData' | 'isTranscriptionReported'
>;

/** One turn, once it has been answered or has failed. */
export interface ReportedTurn {
  readonly call: ReportedCall;
  readonly index: number;
  readonly facts: TurnFacts;
  /** What went over the wire, from bots that have a format of their own. */
  readonly exchange?: { readonly request: Json; readonly response: Json };
  readonly actions?: readonly { readonly command: string; readonly parameters: JsonObject }[];
  readonly errorCode?: ErrorCode;
}

export interface ReportedUtterance {
  readonly call: ReportedCall;
  readonly speaker: 'callee' | 'caller' | 'bot';
  readonly text: string;
  /** 0 to 1; null for what the bot says. */
  readonly confidence: number | null;
  readonly atMs: number;
}

export function cdrReports(facts: CallFacts, format: CdrFormat): readonly Report[] {
  const report = (event: object): Report => ({
    ...headOf('cdr', facts, facts.stoppedAtMs),
    // Records are JSON throughout.
    event: event as unknown as JsonObject,
  });
  return [
    ...(format === 'cdr_logged' ? [] : [report(buildCallRecord(facts))]),
    ...(format === 'original' ? [] : [report({ event: 'cdr_logged', payload: buildCallLogged(facts) })]),
  ];
}

/**
 * The request as the bot got it; of bots without a format of their own in the shape of a v1 message. Below `everything`
 * only what kind of turn it was.
 */
export function turnRequestReport(turn: ReportedTurn): Report {
  const { call, index, facts, exchange } = turn;
  const { times, request } = facts;
  const head = { ...headOf('turn-request', call, times.botAskedAtMs ?? call.startedAtMs), turn: index };
  if (isWhole(call)) return { ...head, event: exchange?.request ?? { input: { text: request.text } } };
  return { ...head, event: reduceToLevel(remainsOf(turn), levelOf(call)) };
}

/** The answer as the bot gave it, likewise; of a turn that failed the error. Undefined when the answer was empty. */
export function turnResponseReport(turn: ReportedTurn): Report | undefined {
  const { call, index, facts, exchange, errorCode } = turn;
  const { times, problems, response } = facts;
  const head = { ...headOf('turn-response', call, times.botAnsweredAtMs ?? call.startedAtMs), turn: index };
  if (!isWhole(call)) {
    return { ...head, event: reduceToLevel({ ...remainsOf(turn), response: stepTypes(response) }, levelOf(call)) };
  }
  if (errorCode !== undefined) return { ...head, event: { error: problems.join(' '), code: errorCode } };
  if (exchange !== undefined) return exchange.response === null ? undefined : { ...head, event: exchange.response };
  return { ...head, event: { output: outputOf(turn) } };
}

/** Undefined where the call wants none, or nothing was said. */
export function transcriptionReport(utterance: ReportedUtterance): Report | undefined {
  const { call, speaker, text, confidence, atMs } = utterance;
  if (call.isTranscriptionReported === false || text.trim() === '') return undefined;
  const event: JsonObject = {
    vgwSessionID: call.sessionId,
    tenantID: call.tenantId,
    outboundCall: call.isInbound !== true,
    speaker,
    text,
    confidence,
    time: Math.round(atMs - call.startedAtMs),
  };
  return { ...headOf('transcription', call, atMs), event: reduceToLevel(event, levelOf(call)) };
}

export interface EnvelopeOrder {
  /** The machine. */
  readonly host: string;
  readonly index: string;
  /** Without one the collector's own default counts. */
  readonly sourceType?: string;
}

/** The component in all envelopes. */
const source = 'outdial';

/**
 * The envelope of the HTTP event collector: `time` in seconds since 1970. `fields` names the call beside an event that is
 * the bot's own JSON.
 */
export function envelopeOf(report: Report, { host, index, sourceType }: EnvelopeOrder): JsonObject {
  const { sessionId, tenantId, turn, atWallMs, event } = report;
  return {
    time: Math.round(atWallMs) / 1000,
    host,
    source,
    ...(sourceType === undefined ? {} : { sourcetype: sourceType }),
    index,
    event,
    fields: { vgwSessionID: sessionId, tenantID: tenantId, ...(turn === undefined ? {} : { turn }) },
  };
}

function headOf(type: ReportType, call: ReportedCall, atMs: number): Omit<Report, 'event'> {
  const tenantId = reduceText(call.tenantId, 'tenant', levelOf(call));
  return { type, sessionId: call.sessionId, tenantId, atWallMs: call.startedWallMs + atMs - call.startedAtMs };
}

function levelOf({ personalData = 'everything' }: ReportedCall): PersonalDataLevel {
  return personalData;
}

function isWhole(call: ReportedCall): boolean {
  return levelOf(call) === 'everything';
}

/** What is left of a turn without what was said. */
function remainsOf({ call, index, facts, errorCode }: ReportedTurn): JsonObject {
  const { botAskedAtMs, botAnsweredAtMs } = facts.times;
  const { type, confidence } = facts.request;
  return {
    vgwSessionID: call.sessionId,
    tenantID: call.tenantId,
    index,
    request: { type, ...(confidence === undefined ? {} : { confidence }) },
    isBargeIn: facts.isBargeIn,
    botMs:
      botAskedAtMs === undefined || botAnsweredAtMs === undefined ? null : Math.round(botAnsweredAtMs - botAskedAtMs),
    ...(errorCode === undefined ? {} : { code: errorCode }),
  };
}

function stepTypes(steps: readonly StepRecord[]): JsonObject[] {
  return steps.map(({ type }) => ({ type }));
}

function outputOf({ facts, actions = [] }: ReportedTurn): JsonObject {
  const text = facts.response.flatMap((step) => (step.type === 'say' ? [step.text ?? ''] : []));
  const sequence = actions.map(({ command, parameters }) => ({ command, parameters }));
  return { text, ...(sequence.length === 0 ? {} : { vgwActionSequence: sequence }) };
}
