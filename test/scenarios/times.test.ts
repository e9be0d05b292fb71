/** Everything that is told of a call has its time on one clock, so that it can be put on one axis. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callFacts } from '../../src/call/index.ts';
import { buildCallRecord } from '../../src/reports/index.ts';
import { createDialogService, loadDialog } from '../../src/providers/dialog-file/index.ts';
import { says, tenant, World } from './world.ts';

const dialog = loadDialog(
  `
start: ask
steps:
  ask: { say: Is it you?, listen: { anything: end } }
  end: { say: Thank you very much., hangup: true }
`,
  'times.yaml',
);

test('SIP trace, bot exchanges, recording and quality stand where the record says that they were', async () => {
  assert.ok(dialog.ok);
  const world = new World({
    bot: () => says(''),
    service: createDialogService(dialog.value),
    settings: { isSipTraced: true, isBotTraced: true },
  });
  world.call({ tenant: { ...tenant, recording: 'mono' } });
  await world.runToTheEnd();
  assert.deepEqual(world.faults, []);
  const [state = assert.fail()] = world.records;
  const record = buildCallRecord(callFacts(state) ?? assert.fail());
  const startMs = Date.parse(record.startTime);
  const at = (time: string | null | undefined): number => Date.parse(time ?? '') - startMs;

  const messages = world.traces[0]?.messages ?? [];
  const first = (begin: string): number => at(messages.find(({ text }) => text.startsWith(begin))?.at);
  assert.equal(first('INVITE '), at(record.inviteTime));
  const ringing = world.told.find(({ callState }) => callState === 'ringing');
  assert.equal(first('SIP/2.0 180'), (ringing?.atMs ?? 0) - state.acceptedAtMs);
  assert.equal(first('SIP/2.0 200'), at(record.answerTime));
  assert.equal(first('BYE '), at(record.stopTime));

  assert.deepEqual(
    world.botExchanges[0]?.exchanges.map((exchange) => at(exchange.at)),
    record.turns.map(({ times }) => times.botAskedAtMs),
  );
  const beginsAfterMs = at(record.recordingStartTime) - at(record.answerTime);
  assert.ok(beginsAfterMs >= 0 && beginsAfterMs <= 20, `${beginsAfterMs} ms`);
  const quality = record.rtpNetworkSummary?.quality ?? [];
  assert.ok(quality.length > 0);
  assert.equal(quality[0]?.atMs, at(record.recordingStartTime));
});
