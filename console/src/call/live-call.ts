/**
 * One call, followed until its end and beyond: its state, its events as they come, then its record, trace, notifications and
 * recording. Whatever comes between two frames of the screen is shown at once.
 */
import { type ReadonlySignal, signal } from '@preact/signals';
import { type CallEvent, type OutdialClient, OutdialProblem } from '../../../src/client/index.ts';
import type { CallRecord } from '../../../src/reports/index.ts';
import { isOver } from '../calls/call-states.ts';
import type { CallData } from './call-data.ts';

export interface LiveCall {
  /** Undefined until it was read. */
  readonly data: ReadonlySignal<CallData | undefined>;
  /** Why it could not be read or followed. */
  readonly fault: ReadonlySignal<unknown>;
  /** What of it could not be read, one sentence each. */
  readonly missing: ReadonlySignal<readonly string[]>;
  /** What was said is deleted: nothing of it stays on the page. */
  forget(): Promise<void>;
  /** Puts what was learnt elsewhere in the place of what is shown. */
  change(more: Partial<CallData>): void;
  close(): void;
}

/** Between a state and the look at what it left behind, and between two looks at what is not there yet. */
const settleMs = 300;
const lookMs = 500;
/** A record is written within moments; a webhook that is away is not waited for. */
const looks = 20;
/** A longer recording is heard by its link: hours of sound would stay in the page's memory. */
const largestRecordingBytes = 128 * 1024 * 1024;

type Client = Pick<
  OutdialClient,
  'getCall' | 'followCall' | 'getRecord' | 'getSipTrace' | 'getBotExchanges' | 'listDeliveries' | 'getRecording'
>;

/** When things are shown and looked at again. */
export interface Pace {
  /** Calls `show` before the next picture of the screen, unless the function it returns was called before. */
  onFrame(show: () => void): () => void;
  /** Calls `act` after `ms`, unless the function it returns was called before. */
  after(ms: number, act: () => void): () => void;
}

export function openLiveCall(client: Client, sessionId: string, pace: Pace): LiveCall {
  const data = signal<CallData | undefined>(undefined);
  const fault = signal<unknown>(undefined);
  const missing = signal<readonly string[]>([]);
  const end = new AbortController();
  const { signal: isClosed } = end;
  const waiting: CallEvent[] = [];
  let cancelFrame: (() => void) | undefined;
  let cancelSettling: (() => void) | undefined;

  const change = (more: Partial<CallData>): void => {
    if (data.value !== undefined && !isClosed.aborted) data.value = { ...data.value, ...more };
  };

  function show(): void {
    cancelFrame = undefined;
    const { value } = data;
    if (value === undefined || waiting.length === 0) return;
    const fresh = waiting.splice(0);
    const { call } = value;
    const last = fresh.findLast(({ type, callState }) => type.startsWith('call.') && callState !== null);
    const sequence = fresh.at(-1)?.sequence ?? call.sequence;
    const isNews = sequence > call.sequence;
    change({
      // What is told again after the call was read is older than what was read.
      call: isNews ? { ...call, sequence, ...(last === undefined ? {} : stateAfter(last)) } : call,
      events: [...value.events, ...fresh],
    });
  }

  function onEvent(event: CallEvent): void {
    waiting.push(event);
    cancelFrame ??= pace.onFrame(show);
    const isRunning = data.value !== undefined && !isOver(data.value.call);
    if (isRunning && event.type.startsWith('call.')) {
      cancelSettling ??= pace.after(settleMs, () => void readWhileRunning());
    }
  }

  async function readWhileRunning(): Promise<void> {
    cancelSettling = undefined;
    await Promise.all([readTrace(), readExchanges(), readDeliveries()]);
  }

  async function follow(): Promise<void> {
    try {
      data.value = { call: await client.getCall({ sessionId, signal: isClosed }), events: [] };
      if (isOver(data.value.call)) await Promise.all([readEvents(), readRest()]);
      else {
        await readEvents();
        if (!isClosed.aborted) await readRest();
      }
    } catch (thrown) {
      if (!isClosed.aborted) fault.value = thrown;
    }
  }

  /** Ends with the call. */
  async function readEvents(): Promise<void> {
    for await (const event of client.followCall({ sessionId, signal: isClosed })) onEvent(event);
    cancelFrame?.();
    show();
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      pace.after(ms, resolve);
    });
  }

  /** What is there when the call is over. */
  async function readRest(): Promise<void> {
    change({ call: await client.getCall({ sessionId, signal: isClosed }) });
    await Promise.all([readRecord(), readTrace(), readExchanges(), readDeliveriesUntilSettled()]);
  }

  /** The value, or undefined when there is none of it; what else fails is told. */
  async function part<T>(what: string, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (thrown) {
      if (isClosed.aborted || isAbsent(thrown)) return undefined;
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      missing.value = [...new Set([...missing.value, `The ${what} could not be read: ${reason}`])];
      return undefined;
    }
  }

  async function readRecord(): Promise<void> {
    await part('record', async () => {
      for (let look = 1; ; look += 1) {
        try {
          // What it holds is the gateway's promise (docs/reporting.md).
          const record = (await client.getRecord({ sessionId, signal: isClosed })) as unknown as CallRecord;
          change({ record });
          return;
        } catch (thrown) {
          if (look === looks || !isNotYet(thrown)) throw thrown;
          await pause(lookMs);
        }
      }
    });
    await readRecording();
  }

  async function readTrace(): Promise<void> {
    const sipTrace = await part('SIP trace', () => client.getSipTrace({ sessionId, signal: isClosed }));
    if (sipTrace !== undefined) change({ sipTrace });
  }

  async function readExchanges(): Promise<void> {
    const read = (): ReturnType<Client['getBotExchanges']> => client.getBotExchanges({ sessionId, signal: isClosed });
    const botExchanges = await part('log of the bots', read);
    if (botExchanges !== undefined) change({ botExchanges });
  }

  async function readDeliveries(): Promise<boolean> {
    const list = await part('list of notifications', () => client.listDeliveries({ sessionId, signal: isClosed }));
    if (list !== undefined) change(list);
    return list?.deliveries.some(({ state }) => state === 'waiting') === true;
  }

  async function readDeliveriesUntilSettled(): Promise<void> {
    for (let look = 1; (await readDeliveries()) && look < looks; look += 1) await pause(lookMs);
  }

  async function readRecording(): Promise<void> {
    const recording = await part('recording', async () => {
      const response = await client.getRecording({ sessionId, signal: isClosed });
      if (Number(response.headers.get('content-length')) > largestRecordingBytes) {
        await response.body?.cancel();
        throw new Error('It is too long to be shown here; it can be downloaded.');
      }
      return response.arrayBuffer();
    });
    if (recording !== undefined) change({ recording });
  }

  void follow();
  return {
    data,
    fault,
    missing,
    async forget() {
      missing.value = [];
      if (data.value === undefined) return;
      data.value = { call: data.value.call, events: [] };
      await Promise.all([readEvents(), readRest()]);
    },
    change,
    close() {
      end.abort();
      cancelSettling?.();
      cancelFrame?.();
    },
  };
}

function stateAfter({ callState, timestamp, failureReason }: CallEvent): Partial<CallData['call']> {
  return callState === null ? {} : { callState, changedAt: timestamp, failureReason };
}

function isAbsent(thrown: unknown): boolean {
  return thrown instanceof OutdialProblem && thrown.code === 'artifact.none';
}

function isNotYet(thrown: unknown): boolean {
  return thrown instanceof OutdialProblem && thrown.code === 'call.running';
}
