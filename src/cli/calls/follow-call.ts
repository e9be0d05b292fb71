import type { OutdialClient } from '../../client/index.ts';
import { createLines } from '../terminal-lines.ts';
import { exitCodeOf, exitCodes, outcomeLines } from './call-outcome.ts';
import type { CallWorld } from './call-world.ts';
import { printEvent } from './event-view.ts';

/**
 * Tells a call until it is over; resolves with the exit code. The first Ctrl-C hangs up and the rest is told, a second one leaves the
 * call to itself.
 */
export async function followCall(sessionId: string, isJson: boolean, world: CallWorld): Promise<number> {
  const { client, print } = world;
  const line = createLines({ ...world.look, print });
  const abort = new AbortController();
  let interrupts = 0;
  const stopListening = world.onInterrupt(() => {
    interrupts++;
    if (interrupts > 1) {
      abort.abort();
      return;
    }
    world.printError('Hanging up; once more to leave at once.');
    void hangUp(client, sessionId, world);
  });
  try {
    for await (const event of client.followCall({ sessionId, signal: abort.signal })) {
      if (isJson) print(JSON.stringify(event));
      else printEvent(event, line);
    }
  } finally {
    stopListening();
  }
  if (abort.signal.aborted) return exitCodes.interrupted;
  const [call, record] = await Promise.all([client.getCall({ sessionId }), client.getRecord({ sessionId })]);
  if (isJson) print(JSON.stringify({ type: 'record', record }));
  else
    for (const text of [
      '',
      ...outcomeLines(call.endExplanation, record, { ...world.look, gatewayUrl: world.gatewayUrl }),
    ])
      print(text);
  return interrupts > 0 ? exitCodes.interrupted : exitCodeOf(record);
}

async function hangUp(client: OutdialClient, sessionId: string, world: CallWorld): Promise<void> {
  try {
    await client.hangUpCall({ sessionId });
  } catch (fault) {
    // It may just have ended by itself; the events tell.
    world.printError(`It could not be hung up: ${fault instanceof Error ? fault.message : String(fault)}`);
  }
}
