/** What is left of a call: its record, its recording, its transcript, its SIP trace, and links to them. */
import { z } from 'zod';
import { err, gatewayError, ok, printWallTime } from '../../kit/index.ts';
import { botExchangesSchema } from './bot-exchanges.ts';
import { getCallPage } from './call-page.ts';
import { isFinal } from './call-resource.ts';
import { missing, readBotExchanges, readEvents, readSipTrace } from './read-artifacts.ts';
import { callRoute, type V1Route } from './route.ts';
import { createLinkSigner, linkQuery, type LinkTarget } from './signed-link.ts';
import { traceSchema, traceToPcap } from './sip-trace.ts';
import { transcriptOf, transcriptSchema } from './transcript.ts';

const getRecord = callRoute(
  {
    method: 'GET',
    path: '/calls/:sessionId/record',
    operationId: 'getRecord',
    summary: 'Read the call record',
    description: 'The record of a call that is over: its times, its end, every turn with its latencies.',
    answers: [
      {
        status: 200,
        description: 'The record.',
        schema: z.record(z.string(), z.unknown()).meta({ id: 'CallRecord' }),
      },
    ],
    problems: ['call.running', 'artifact.none'],
    access: 'credentials',
  },
  async ({ call }, { v1 }) => {
    const record = await v1.store.record(call.sessionId);
    if (!record.ok) return record;
    return record.value === undefined ? missing(call, 'record') : ok({ status: 200, body: record.value });
  },
);

const getRecording = callRoute(
  {
    method: 'GET',
    path: '/calls/:sessionId/recording',
    operationId: 'getRecording',
    summary: 'Fetch the recording',
    description: 'The recording of a call that is over, as a WAV file, with credentials or by a signed link.',
    query: linkQuery,
    answers: [{ status: 200, description: 'The recording.', contentType: 'audio/wav' }],
    problems: ['link.invalid', 'call.running', 'artifact.none'],
    access: 'link',
  },
  async ({ call }, { v1 }) => {
    const { recordingFile } = call.facts;
    if (typeof recordingFile !== 'string' || !isFinal(call)) return missing(call, 'recording');
    const file = await v1.openRecording(recordingFile);
    if (file === undefined) return missing(call, 'recording');
    const headers = { 'content-type': 'audio/wav', 'content-length': String(file.sizeBytes) };
    return ok({ status: 200, body: file.stream, headers });
  },
);

const getTranscript = callRoute(
  {
    method: 'GET',
    path: '/calls/:sessionId/transcript',
    operationId: 'getTranscript',
    summary: 'Read the transcript',
    description: 'What was said so far, made of the events of the call, with credentials or by a signed link.',
    query: linkQuery,
    answers: [{ status: 200, description: 'The transcript.', schema: transcriptSchema }],
    problems: ['link.invalid'],
    access: 'link',
  },
  async ({ call }, { v1 }) => {
    const events = await readEvents(call.sessionId, v1);
    return events.ok ? ok({ status: 200, body: transcriptOf(call.sessionId, events.value) }) : events;
  },
);

const getSipTrace = callRoute(
  {
    method: 'GET',
    path: '/calls/:sessionId/sip-trace',
    operationId: 'getSipTrace',
    summary: 'Read the SIP trace',
    description:
      'The SIP messages of a call so far, in order and in both directions, with credentials or by a signed link. While the call runs only the node that carries it has them.',
    query: linkQuery,
    answers: [{ status: 200, description: 'The trace.', schema: traceSchema }],
    problems: ['link.invalid', 'call.running', 'artifact.none'],
    access: 'link',
  },
  async ({ call }, { v1 }) => {
    const trace = await readSipTrace(call, v1);
    return trace.ok ? ok({ status: 200, body: trace.value }) : trace;
  },
);

const pcapType = 'application/vnd.tcpdump.pcap';

const getSipTracePcap = callRoute(
  {
    method: 'GET',
    path: '/calls/:sessionId/sip-trace.pcap',
    operationId: 'getSipTracePcap',
    summary: 'Read the SIP trace as a capture file',
    description:
      'The SIP trace of a call so far as a pcap file for Wireshark, tshark or sngrep: every message in a UDP datagram, whatever transport carried it. With credentials or by a signed link.',
    query: linkQuery,
    answers: [{ status: 200, description: 'The capture file.', contentType: pcapType }],
    problems: ['link.invalid', 'call.running', 'artifact.none'],
    access: 'link',
  },
  async ({ call }, { v1 }) => {
    const trace = await readSipTrace(call, v1);
    if (!trace.ok) return trace;
    const body = Buffer.from(traceToPcap(trace.value));
    const disposition = `attachment; filename="${call.sessionId.replaceAll(/[^\w.-]/g, '_')}.pcap"`;
    return ok({ status: 200, body, headers: { 'content-type': pcapType, 'content-disposition': disposition } });
  },
);

const getBotExchanges = callRoute(
  {
    method: 'GET',
    path: '/calls/:sessionId/bot-exchanges',
    operationId: 'getBotExchanges',
    summary: 'Read what was exchanged with bots',
    description:
      'The requests to the bots of a call so far and their replies, in order, with credentials or by a signed link. While the call runs only the node that carries it has them.',
    query: linkQuery,
    answers: [{ status: 200, description: 'The exchanges.', schema: botExchangesSchema }],
    problems: ['link.invalid', 'call.running', 'artifact.none'],
    access: 'link',
  },
  async ({ call }, { v1 }) => {
    const log = await readBotExchanges(call, v1);
    return log.ok ? ok({ status: 200, body: log.value }) : log;
  },
);

const linkSchema = z
  .object({
    expiresAt: z.iso.datetime(),
    recording: z.string().optional().describe('Path with its query; absent when nothing is recorded.'),
    transcript: z.string(),
    sipTrace: z.string().describe('Opens when a trace is kept.'),
    sipTracePcap: z.string().describe('The same trace as a capture file.'),
    botExchanges: z.string().describe('Opens when they are kept.'),
    page: z.string().describe('The whole call as one HTML file; opens when the call is over.'),
  })
  .meta({ id: 'SignedLinks' });

const signLinks = callRoute(
  {
    method: 'POST',
    path: '/calls/:sessionId/links',
    operationId: 'signLinks',
    summary: 'Make signed links',
    description:
      'Links to recording, transcript, SIP trace, bot exchanges and page of the call that whoever has them can open until they expire.',
    body: z.strictObject({
      expiresInS: z.int().min(1).max(604_800).default(3600).describe('Seconds for which the links are good.'),
    }),
    example: { expiresInS: 3600 },
    answers: [{ status: 200, description: 'The links.', schema: linkSchema }],
    problems: [],
    access: 'credentials',
  },
  async ({ call, body }, { v1 }) => {
    const expiresAtS = Math.floor(v1.wallMs() / 1000) + body.expiresInS;
    const { tenantId, sessionId, facts } = call;
    const base = `/v1/tenants/${encodeURIComponent(tenantId)}/calls/${encodeURIComponent(sessionId)}`;
    const signer = createLinkSigner(v1.linkSecret);
    const link = (what: LinkTarget['what']): string =>
      `${base}/${what}?${signer.sign({ tenantId, sessionId, what }, expiresAtS)}`;
    return ok({
      status: 200,
      body: {
        expiresAt: printWallTime(expiresAtS * 1000),
        ...(facts['recordingFile'] === undefined ? {} : { recording: link('recording') }),
        transcript: link('transcript'),
        sipTrace: link('sip-trace'),
        sipTracePcap: link('sip-trace.pcap'),
        botExchanges: link('bot-exchanges'),
        page: link('page.html'),
      },
    });
  },
);

const deleteArtifacts = callRoute(
  {
    method: 'DELETE',
    path: '/calls/:sessionId/artifacts',
    operationId: 'deleteArtifacts',
    summary: 'Delete what was said',
    description:
      'Deletes recording, record, transcript, SIP trace, bot exchanges and reports that wait, of a call that is over. Its states and times stay. What was sent to a receiver already is not called back.',
    answers: [
      {
        status: 200,
        description: 'They are gone.',
        schema: z
          .object({ deleted: z.record(z.string(), z.int()).describe('How many there were of each kind.') })
          .meta({ id: 'DeletedArtifacts' }),
      },
    ],
    problems: ['call.running', 'artifact.not-deleted'],
    access: 'credentials',
  },
  async ({ call: { sessionId } }, { v1 }) => {
    const outcome = await v1.deleteArtifacts(sessionId);
    if (outcome.ok) return ok({ status: 200, body: { deleted: outcome.value }, sessionId });
    const { isRunning, reasons } = outcome.error;
    if (isRunning) return err(gatewayError('call.running', 'A running call still makes artifacts.'));
    return err(gatewayError('artifact.not-deleted', `Not everything could be deleted: ${reasons.join(' ')}`));
  },
);

export const artifactRoutes: readonly V1Route[] = [
  getRecord,
  getRecording,
  getTranscript,
  getSipTrace,
  getSipTracePcap,
  getBotExchanges,
  getCallPage,
  signLinks,
  deleteArtifacts,
];
