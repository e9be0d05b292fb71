/**
 * A call as one HTML file that needs nothing but a browser: the page of the console with the data of the call inside. The
 * file without data is built beside the console; its Content-Security-Policy names its script and its style by their
 * hashes and lets nothing else run and nothing be fetched.
 */
import { Readable } from 'node:stream';
import { err, gatewayError, ok } from '../../kit/index.ts';
import type { StoredCall } from '../../store/index.ts';
import { isFinal, printCall } from './call-resource.ts';
import { printDelivery } from './delivery-routes.ts';
import type { RecordingFile, V1Ports } from './ports.ts';
import { printEvent } from './event-routes.ts';
import { missing, readBotExchanges, readEvents, readSipTrace } from './read-artifacts.ts';
import { callRoute } from './route.ts';
import { linkQuery } from './signed-link.ts';

/** By its name among the files of the console. */
const emptyPage = 'shared-call.html';
/** Where the data and the recording go; each stands in the empty page once. */
const dataMark = '@@call@@';
const recordingMark = '@@recording@@';

/** A longer recording is left out: the file is to be opened by browsers, and sent to people. */
const mostRecordingBytes = 20_000_000;

/** Whatever text of a call is in the page, it is no part of the gateway's origin: no cookie, no storage, no request. */
const safety: Readonly<Record<string, string>> = {
  'content-security-policy': "sandbox allow-scripts allow-downloads allow-modals; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

export const getCallPage = callRoute(
  {
    method: 'GET',
    path: '/calls/:sessionId/page.html',
    operationId: 'getCallPage',
    summary: 'Fetch the call as one HTML file',
    description:
      'All of a call that is over in one HTML file that opens without a gateway and without a network: times, events, transcript, SIP trace, what was exchanged with bots, notifications, and the recording up to 20 MB. With credentials or by a signed link.',
    query: linkQuery,
    answers: [{ status: 200, description: 'The file.', contentType: 'text/html' }],
    problems: ['link.invalid', 'call.running', 'artifact.none'],
    access: 'link',
  },
  async ({ call }, { v1, consoleFiles }) => {
    // What was said is gone with the record, and a call without it has nothing to show.
    const record = isFinal(call) ? await v1.store.record(call.sessionId) : ok(undefined);
    if (!record.ok) return record;
    if (record.value === undefined) return missing(call, 'page');
    const empty = consoleFiles.get(emptyPage);
    if (empty === undefined) return err(gatewayError('artifact.none', 'The console was not built: npm run build.'));
    const events = await readEvents(call.sessionId, v1);
    if (!events.ok) return events;
    const deliveries = await v1.store.deliveries(call.sessionId);
    if (!deliveries.ok) return deliveries;
    const sipTrace = await readSipTrace(call, v1);
    const botExchanges = await readBotExchanges(call, v1);
    const recording = await openRecording(call, v1);
    const isTooLarge = recording !== undefined && recording.sizeBytes > mostRecordingBytes;
    if (isTooLarge) recording.stream.destroy();
    const data = {
      call: printCall(call),
      events: events.value.map(printEvent),
      record: record.value,
      ...(sipTrace.ok ? { sipTrace: sipTrace.value } : {}),
      ...(botExchanges.ok ? { botExchanges: botExchanges.value } : {}),
      deliveries: deliveries.value.map(printDelivery),
      ...(isTooLarge ? { recordingLeftOutBytes: recording.sizeBytes } : {}),
    };
    const html = empty.bytes.toString('utf8');
    const name = `call-${call.sessionId.replaceAll(/[^\w.-]/g, '_')}.html`;
    return ok({
      status: 200,
      body: Readable.from(pieces(html, data, isTooLarge ? undefined : recording)),
      headers: {
        ...safety,
        'content-type': 'text/html; charset=utf-8',
        'content-disposition': `inline; filename="${name}"`,
      },
    });
  },
);

async function openRecording(call: StoredCall, v1: V1Ports): Promise<RecordingFile | undefined> {
  const { recordingFile } = call.facts;
  return typeof recordingFile === 'string' ? v1.openRecording(recordingFile) : undefined;
}

/** A recording goes through as it is read. */
async function* pieces(html: string, data: unknown, recording: RecordingFile | undefined): AsyncGenerator<string> {
  const [beforeData = '', afterData = ''] = html.split(dataMark);
  const [beforeRecording = '', afterRecording = ''] = afterData.split(recordingMark);
  yield beforeData;
  // A data block ends at the first `</script`, and `<!--` changes how it is read: no text of a call may hold `<`.
  yield JSON.stringify(data).replaceAll('<', String.raw`\u003c`);
  yield beforeRecording;
  if (recording !== undefined) yield* base64Of(recording.stream);
  yield afterRecording;
}

async function* base64Of(stream: Readable): AsyncGenerator<string> {
  let rest = Buffer.alloc(0);
  for await (const chunk of stream) {
    const bytes = Buffer.concat([rest, chunk as Buffer]);
    const whole = bytes.length - (bytes.length % 3);
    rest = Buffer.from(bytes.subarray(whole));
    yield bytes.toString('base64', 0, whole);
  }
  yield rest.toString('base64');
}
