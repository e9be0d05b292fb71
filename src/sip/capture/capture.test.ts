import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capturedAddresses, type CapturedMessage } from './captured-message.ts';
import { encodeHep } from './hep.ts';
import { encodePcap } from './pcap.ts';

const decoder = new TextDecoder();
const message: CapturedMessage = {
  wallMs: 1_700_000_000_123.5,
  transport: 'udp',
  source: { host: '192.0.2.1', port: 5060 },
  destination: { host: '192.0.2.2', port: 5080 },
  text: 'BYE sip:ä@b SIP/2.0\r\n\r\n',
};
const bytes = new TextEncoder().encode(message.text);

/** Chunks of a HEPv3 packet, by type; the reader knows nothing of the writer. */
function readHep(packet: Uint8Array): ReadonlyMap<number, Uint8Array> {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.length);
  assert.equal(decoder.decode(packet.subarray(0, 4)), 'HEP3');
  assert.equal(view.getUint16(4), packet.length);
  const chunks = new Map<number, Uint8Array>();
  let at = 6;
  while (at < packet.length) {
    assert.equal(view.getUint16(at), 0, 'no vendor');
    const length = view.getUint16(at + 4);
    chunks.set(view.getUint16(at + 2), packet.slice(at + 6, at + length));
    at += length;
  }
  assert.equal(at, packet.length);
  return chunks;
}

test('HEPv3: every chunk a collector asks for, numbers most significant byte first', () => {
  const chunks = readHep(encodeHep(message, 'call-1', { captureId: 0xfedc_ba98, password: 's3cret' }));
  const plain = Object.fromEntries([...chunks].map(([type, value]) => [type, [...value]]));
  assert.deepEqual(plain, {
    1: [2],
    2: [17],
    3: [192, 0, 2, 1],
    4: [192, 0, 2, 2],
    7: [5060 >> 8, 5060 & 255],
    8: [5080 >> 8, 5080 & 255],
    9: [0x65, 0x53, 0xf1, 0x00],
    10: [0, 1, 0xe2, 0x6c],
    11: [1],
    12: [0xfe, 0xdc, 0xba, 0x98],
    14: [...new TextEncoder().encode('s3cret')],
    15: [...bytes],
    17: [...new TextEncoder().encode('call-1')],
  });
});

test('HEPv3: IPv6 has its own chunks, streams are TCP, no password is no chunk, long messages still fit a datagram', () => {
  const over = {
    ...message,
    transport: 'tls',
    source: { host: '2001:db8::1', port: 5061 },
    text: 'x'.repeat(80_000),
  } as const;
  const packet = encodeHep(over, 'c'.repeat(1000), { captureId: 1 });
  assert.ok(packet.length < 65_000);
  const chunks = readHep(packet);
  assert.deepEqual([...(chunks.get(1) ?? [])], [10]);
  assert.deepEqual([...(chunks.get(2) ?? [])], [6]);
  assert.equal(chunks.get(5)?.length, 16);
  assert.deepEqual([...(chunks.get(6) ?? [])], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 192, 0, 2, 2]);
  assert.equal(chunks.has(14), false);
});

test('a host that is known by its name alone has no address, and both sides have one family', () => {
  const at = (source: string, destination: string) =>
    capturedAddresses({ ...message, source: { host: source, port: 1 }, destination: { host: destination, port: 2 } });
  assert.deepEqual(at('trunk.example', '192.0.2.2').source, [0, 0, 0, 0]);
  assert.equal(at('trunk.example', '::1').source.length, 16);
  assert.equal(at('::1', '192.0.2.2').family, 6);
});

test('pcap: header, a record a message, IP and UDP with checksums that add up', () => {
  const v6 = { ...message, source: { host: '2001:db8::1', port: 5060 }, text: 'odd' };
  const file = encodePcap([message, v6]);
  const view = new DataView(file.buffer);
  assert.equal(view.getUint32(0, true), 0xa1b2_c3d4);
  assert.equal(view.getUint32(20, true), 101);
  assert.equal(view.getUint32(24, true), 1_700_000_000);
  assert.equal(view.getUint32(28, true), 123_500);
  const firstBytes = 20 + 8 + bytes.length;
  assert.equal(view.getUint32(32, true), firstBytes);
  const first = file.subarray(40, 40 + firstBytes);
  assert.equal(onesSum(first.subarray(0, 20)), 0xffff);
  assert.equal(
    onesSum(Uint8Array.from([...first.subarray(12, 20), 0, 17, 0, 8 + bytes.length, ...first.subarray(20)])),
    0xffff,
  );
  assert.deepEqual(first.subarray(28), bytes);
  const second = file.subarray(40 + firstBytes + 16);
  assert.equal(second.length, 40 + 8 + 3);
  assert.equal(
    onesSum(Uint8Array.from([...second.subarray(8, 40), 0, 0, 0, 11, 0, 0, 0, 17, ...second.subarray(40)])),
    0xffff,
  );
});

test('pcap: a message that no datagram could hold loses its end', () => {
  const file = encodePcap([{ ...message, text: 'x'.repeat(70_000) }]);
  assert.equal(file.length, 24 + 16 + 65_535);
});

/** Sum of all 16-bit words with the carries added in: 0xffff when a checksum among them is right (RFC 1071). */
function onesSum(data: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < data.length; at += 2) sum += (data[at] ?? 0) * 256 + (data[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum % 0x1_0000) + Math.floor(sum / 0x1_0000);
  return sum;
}
