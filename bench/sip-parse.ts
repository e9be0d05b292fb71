// Messages per CPU second that the parser reads: the 200 OK to an INVITE, 1,020 bytes, as a trunk sends it. And what messages cost
// that were made to cost much.
// Part of `npm run bench:sip`.
import { parseSdp } from '../src/sdp/index.ts';
import { parseMessage } from '../src/sip/index.ts';

const sdp = [
  'v=0',
  'o=trunk 3913870 3913871 IN IP4 192.0.2.40',
  's=-',
  'c=IN IP4 192.0.2.40',
  't=0 0',
  'm=audio 30248 RTP/AVP 0 101',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-15',
  'a=ptime:20',
  'a=sendrecv',
  '',
].join('\r\n');
const head = [
  'SIP/2.0 200 OK',
  'Via: SIP/2.0/UDP 198.51.100.7:5060;received=198.51.100.7;rport=5060;branch=z9hG4bK5f0c3a9be2d14786a1b2c3d4',
  'Record-Route: <sip:192.0.2.30;lr;ftag=8f14e45fceea167a>',
  'From: <sip:+15550100@198.51.100.7;user=phone>;tag=8f14e45fceea167a',
  'To: <sip:+15551234@trunk.example.net;user=phone>;tag=c9f0f895fb98ab91',
  'Call-ID: 3d813cba-5fe9-4c8b-9a6f-0f8a4a0b2f11',
  'CSeq: 1 INVITE',
  'Contact: <sip:+15551234@192.0.2.40:5060;transport=udp>',
  'Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, UPDATE, PRACK',
  'Supported: 100rel, timer, replaces',
  'Server: Example Gateway 4.2.1',
  'Content-Type: application/sdp',
  `Content-Length: ${sdp.length}`,
];
const wantedBytes = 1020;
const bare = `${head.join('\r\n')}\r\n\r\n${sdp}`.length;
const padding = `X-Padding: ${'x'.repeat(wantedBytes - bare - 'X-Padding: \r\n'.length)}`;
const bytes = new TextEncoder().encode(`${[...head, padding].join('\r\n')}\r\n\r\n${sdp}`);

function messagesPerCpuSecond(count: number): number {
  const before = process.cpuUsage();
  let good = 0;
  for (let index = 0; index < count; index += 1) if (parseMessage(bytes).ok) good += 1;
  const { user, system } = process.cpuUsage(before);
  if (good !== count) throw new Error(`only ${good} of ${count} parsed`);
  return count / ((user + system) / 1e6);
}

messagesPerCpuSecond(50_000);
const best = Math.max(...[1, 2, 3].map(() => messagesPerCpuSecond(200_000)));
console.log(`parser: ${bytes.length}-byte 200 OK: ${Math.round(best).toLocaleString('en-US')} messages per CPU second`);

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const request = (line: string): Uint8Array =>
  encode(
    `OPTIONS sip:x SIP/2.0\r\nVia: SIP/2.0/UDP a\r\nFrom: <sip:a>;tag=1\r\nTo: <sip:b>\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\n${line}\r\n\r\n`,
  );
const notUtf8 = request(`X: ${'?'.repeat(8000)}\r\n`.repeat(7).trimEnd()).map((byte) => (byte === 0x3f ? 0x80 : byte));
const longBody = `v=0\r\n${'a=x\r\n'.repeat(100_000)}`;
const dearest: readonly (readonly [string, () => unknown])[] = [
  ['Contact: a, 60,000 spaces, x', message(request(`Contact: a${' '.repeat(60_000)}x`))],
  ['8,000 semicolons in From', message(request(`From: <sip:a>${';'.repeat(8000)}`))],
  ['8,000 commas in Contact', message(request(`Contact: <sip:a>${','.repeat(8000)}`))],
  ['252 headers of 200 bytes', message(request(`X: ${'y'.repeat(200)}\r\n`.repeat(251).trimEnd()))],
  ['2,600 folded lines of one header', message(request(`X: a${'\r\n '.repeat(2600)}b`))],
  ['56,000 bytes that are no UTF-8', message(notUtf8)],
  ['the same, every other byte', message(notUtf8.map((byte, at) => (byte === 0x80 && at % 2 === 0 ? 0x61 : byte)))],
  ['SDP of 100,000 lines', () => parseSdp(longBody)],
];

function message(hostile: Uint8Array): () => unknown {
  return () => parseMessage(hostile);
}

console.log('hostile input, processor time of each (aim: under 20 ms):');
for (const [name, read] of dearest) {
  const rounds = 200;
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1) read();
  const { user, system } = process.cpuUsage(before);
  console.log(`  ${name.padEnd(34)} ${((user + system) / rounds / 1000).toFixed(2)} ms`);
}
