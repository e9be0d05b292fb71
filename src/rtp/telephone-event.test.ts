import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeTelephoneEvent, TelephoneEventReceiver } from './index.ts';

interface EventPacket {
  readonly digit: string;
  readonly timestamp: number;
  readonly duration: number;
  readonly isEnd: boolean;
}

interface Told {
  readonly digit: string;
  readonly durationMs: number;
}

/** A press as phones send it: an update every 20 ms, the end three times. */
function press(digit: string, timestamp: number, durationMs: number): EventPacket[] {
  const units = durationMs * 8;
  const updates: EventPacket[] = [];
  for (let duration = 160; duration < units; duration += 160) {
    updates.push({ digit, timestamp, duration, isEnd: false });
  }
  const end = { digit, timestamp, duration: units, isEnd: true };
  return [...updates, end, end, end];
}

function receive(packets: readonly EventPacket[], stepMs = 20): Told[] {
  const told: Told[] = [];
  const receiver = new TelephoneEventReceiver(8000, (digit, durationMs) => told.push({ digit, durationMs }));
  const bytes = new Uint8Array(4);
  let nowMs = 0;
  for (const packet of packets) {
    encodeTelephoneEvent(packet, bytes);
    assert.ok(receiver.push(bytes, 0, 4, packet.timestamp, nowMs));
    nowMs += stepMs;
    receiver.expire(nowMs);
  }
  for (let i = 0; i < 20; i++) receiver.expire((nowMs += 20));
  return told;
}

test('each key is told once, with its duration', () => {
  const keys = '0123456789*#ABCD'.split('');
  const packets = keys.flatMap((digit, i) => press(digit, (0xffff_f000 + i * 2000) >>> 0, 100));
  assert.deepEqual(
    receive(packets),
    keys.map((digit) => ({ digit, durationMs: 100 })),
  );
});

test('the same key twice is two presses', () => {
  assert.deepEqual(receive([...press('5', 1000, 60), ...press('5', 2600, 80)]), [
    { digit: '5', durationMs: 60 },
    { digit: '5', durationMs: 80 },
  ]);
});

test('lost ends: the press is over when the next begins or nothing more is heard', () => {
  const withoutEnd = (packets: EventPacket[]): EventPacket[] => packets.filter((packet) => !packet.isEnd);
  assert.deepEqual(receive([...withoutEnd(press('1', 1000, 120)), ...withoutEnd(press('2', 4000, 120))]), [
    { digit: '1', durationMs: 100 },
    { digit: '2', durationMs: 100 },
  ]);
});

test('a press over 8 s comes in segments and is one digit', () => {
  const segments = [0, 0xffff].map((offset) => ({
    digit: '#',
    timestamp: 77 + offset,
    duration: 0xffff,
    isEnd: false,
  }));
  const end = { digit: '#', timestamp: 77 + 2 * 0xffff, duration: 800, isEnd: true };
  assert.deepEqual(receive([...segments, end, end]), [{ digit: '#', durationMs: (2 * 0xffff + 800) / 8 }]);
});

test('loss, copies and overtaking within a press never make two digits of one', () => {
  const source = press('7', 5000, 200);
  fc.assert(
    fc.property(fc.array(fc.nat(source.length - 1), { minLength: 1, maxLength: 30 }), (order) => {
      assert.deepEqual(
        receive(order.map((i) => source[i]!)).map(({ digit }) => digit),
        ['7'],
      );
    }),
  );
});

test('an old packet after the next press has begun is left alone', () => {
  const first = press('1', 1000, 60);
  assert.deepEqual(receive([...first, ...press('2', 3000, 60).slice(0, 2), first[0]!, ...press('2', 3000, 60)]), [
    { digit: '1', durationMs: 60 },
    { digit: '2', durationMs: 60 },
  ]);
});

test('a far end that starts its clock anew is still heard', () => {
  assert.deepEqual(
    receive([...press('1', 3_000_000_000, 60), ...press('2', 1000, 60)]).map(({ digit }) => digit),
    ['1', '2'],
  );
});

test('other events and short payloads are refused', () => {
  const receiver = new TelephoneEventReceiver(8000, () => assert.fail('no digit was sent'));
  assert.equal(receiver.push(Uint8Array.of(16, 0x8a, 3, 0), 0, 4, 1, 0), false);
  assert.equal(receiver.push(Uint8Array.of(1, 0x8a, 3), 0, 3, 1, 0), false);
  receiver.expire(1000);
});
