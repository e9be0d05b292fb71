// Messages per CPU second that the parser reads: the 200 OK to an INVITE, 1,020 bytes, as a trunk sends it.
// usage: npm run build && node dist/bench/sip-parse.js
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
console.log(`${bytes.length}-byte 200 OK: ${Math.round(best).toLocaleString('en-US')} messages per CPU second`);
