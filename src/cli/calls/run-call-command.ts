/** Carries out the commands that ask a running gateway; each resolves with the exit code. */
import { commandError, problemLines } from '../command-error.ts';
import { createLines, styles } from '../terminal-lines.ts';
import type { AskedOrder, CallOrder, PlaceOrder } from './call-orders.ts';
import { exitCodes, outcomeLines } from './call-outcome.ts';
import { callRows, deliveryRows, traceRows, transcriptRows } from './call-tables.ts';
import type { CallWorld } from './call-world.ts';
import { printEvent } from './event-view.ts';
import { followCall } from './follow-call.ts';
import { handOver, sampleEvent, sampleTypes } from './hand-over.ts';
import { requestProblemLines } from './problem-of.ts';

export async function runCallCommand(order: AskedOrder, tenantId: string, world: CallWorld): Promise<number> {
  try {
    return await carryOut(order, tenantId, world);
  } catch (fault) {
    for (const line of requestProblemLines(fault, world.gatewayUrl)) world.printError(line);
    return exitCodes.refused;
  }
}

async function carryOut(order: AskedOrder, tenantId: string, world: CallWorld): Promise<number> {
  const { isJson } = order;
  switch (order.command) {
    case 'call':
      return await placeCall(order, isJson, world);
    case 'follow':
      return await followCall(order.sessionId, isJson, world);
    case 'show':
      return await showCall(order.sessionId, isJson, world);
    case 'trace':
      return await showTrace(order, isJson, world);
    case 'listen':
      return await listen(order.forwardTo, isJson, world);
    case 'trigger':
      return await trigger(order, tenantId, world);
    default:
      return await ask(order, isJson, world);
  }
}

/** One request, one answer. */
async function ask(
  order: Extract<CallOrder, { command: 'list' | 'hangup' | 'resend' | 'dead' }>,
  isJson: boolean,
  { client, print }: CallWorld,
): Promise<number> {
  switch (order.command) {
    case 'list': {
      const { limit, state } = order;
      const page = await client.listCalls({ limit, ...(state === undefined ? {} : { state }) });
      if (isJson) print(JSON.stringify(page));
      else if (page.calls.length === 0) print('no calls');
      else for (const row of callRows(page.calls)) print(row);
      return exitCodes.completed;
    }
    case 'hangup': {
      const answer = await client.hangUpCall(order);
      print(isJson ? JSON.stringify(answer) : 'The call is being ended.');
      return exitCodes.completed;
    }
    case 'resend': {
      const answer = await client.replayDelivery(order);
      print(isJson ? JSON.stringify(answer) : 'The notification is sent again.');
      return exitCodes.completed;
    }
    case 'dead': {
      const page = await client.listDeadDeliveries({});
      if (isJson) print(JSON.stringify(page));
      else if (page.deliveries.length === 0) print('none was given up');
      else for (const row of deliveryRows(page.deliveries)) print(row);
      return exitCodes.completed;
    }
    default:
      return order satisfies never;
  }
}

async function placeCall(order: PlaceOrder, isJson: boolean, world: CallWorld): Promise<number> {
  const { to, from, context, statusWebhook, isFollowed } = order;
  const accepted = await world.client.createCall({
    // A connection that breaks amid the answer must not place a second call.
    idempotencyKey: world.newId(),
    body: {
      to,
      ...(from === undefined ? {} : { from }),
      ...(Object.keys(context).length === 0 ? {} : { context }),
      ...(statusWebhook === undefined ? {} : { statusWebhook }),
    },
  });
  if (isJson) world.print(JSON.stringify(accepted));
  else world.print(isFollowed ? `call ${accepted.vgwSessionID}` : accepted.vgwSessionID);
  for (const notice of accepted.notices) world.printError(notice);
  return isFollowed ? await followCall(accepted.vgwSessionID, isJson, world) : exitCodes.completed;
}

async function showCall(
  sessionId: string,
  isJson: boolean,
  { client, print, look, gatewayUrl }: CallWorld,
): Promise<number> {
  const call = await client.getCall({ sessionId });
  const transcript = await client.getTranscript({ sessionId });
  const isOver = call.callState === 'ended' || call.callState === 'failed';
  const record = isOver ? await client.getRecord({ sessionId }) : undefined;
  if (isJson) {
    print(JSON.stringify({ call, record, transcript }));
    return exitCodes.completed;
  }
  for (const row of callRows([call])) print(row);
  const said = transcriptRows(transcript);
  print(said.length === 0 ? '\nnothing was said' : `\n${said.join('\n')}`);
  if (record !== undefined) print(`\n${outcomeLines(call.endExplanation, record, { ...look, gatewayUrl }).join('\n')}`);
  return exitCodes.completed;
}

async function showTrace(
  { sessionId, pcapFile, isWhole }: Extract<CallOrder, { command: 'trace' }>,
  isJson: boolean,
  world: CallWorld,
): Promise<number> {
  if (pcapFile !== undefined) {
    const response = await world.client.getSipTracePcap({ sessionId });
    await world.writeFile(pcapFile, new Uint8Array(await response.arrayBuffer()));
    world.print(`written to ${pcapFile}`);
    return exitCodes.completed;
  }
  const trace = await world.client.getSipTrace({ sessionId });
  if (isJson) world.print(JSON.stringify(trace));
  else for (const row of traceRows(trace, isWhole)) world.print(row);
  return exitCodes.completed;
}

/** Until Ctrl-C. */
async function listen(forwardTo: string | undefined, isJson: boolean, world: CallWorld): Promise<number> {
  const abort = new AbortController();
  const stopListening = world.onInterrupt(() => {
    abort.abort();
  });
  const line = createLines({ ...world.look, print: world.print });
  if (!isJson) world.print('Waiting for events; Ctrl-C ends it.');
  let isFixTold = false;
  try {
    for await (const event of world.client.followTenant({ signal: abort.signal })) {
      if (isJson) world.print(JSON.stringify(event));
      else printEvent(event, line);
      if (forwardTo === undefined) continue;
      const { isTaken, text } = await handOver(event, forwardTo, world);
      const told = `${event.type} of ${event.vgwSessionID} handed to ${forwardTo}: ${text}`;
      if (!isTaken) {
        const lines = problemLines(commandError('command.webhook-failed', `${told}.`));
        // What to do is told once.
        for (const each of isFixTold ? lines.slice(0, 1) : lines) world.printError(each);
        isFixTold = true;
      }
      if (isTaken && !isJson) line(Date.parse(event.timestamp), 'webhook', styles.webhook, `${event.type}: ${text}`);
    }
  } finally {
    stopListening();
  }
  return exitCodes.completed;
}

async function trigger(
  { type, to }: Extract<CallOrder, { command: 'trigger' }>,
  tenantId: string,
  world: CallWorld,
): Promise<number> {
  if (type === undefined) {
    world.print(sampleTypes.join('\n'));
    return exitCodes.completed;
  }
  const event = sampleEvent(type, tenantId, world);
  if (event === undefined || to === undefined) {
    const message =
      event === undefined
        ? `There is no event "${type}". Known: ${sampleTypes.join(', ')}.`
        : 'Where to? Give the webhook: --to <url>.';
    for (const line of problemLines(commandError('command.usage', message))) world.printError(line);
    return exitCodes.usage;
  }
  const { isTaken, text } = await handOver(event, to, world);
  const told = `${type} handed to ${to}: ${text}`;
  if (isTaken) world.print(told);
  else for (const line of problemLines(commandError('command.webhook-failed', `${told}.`))) world.printError(line);
  return isTaken ? exitCodes.completed : exitCodes.refused;
}
