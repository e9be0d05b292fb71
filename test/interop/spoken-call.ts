/** Calls in which a phone speaks to the bot and the bot to the phone: what one needs, and whether each has understood the other. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wordErrorRate } from '../../src/testing/index.ts';
import {
  type BotReply,
  type BotTurn,
  type CallRecordShape,
  type RealGateway,
  withRealGateway,
} from './real-gateway.ts';
import { Words } from './words.ts';

export interface Sayings {
  readonly phone: string;
  readonly bot: string;
}

export const appointment: Sayings = {
  phone: 'Hello, I would like to confirm my appointment on Tuesday.',
  bot: 'Thank you very much. We are looking forward to seeing you on Tuesday. Goodbye.',
};

export interface SpokenCall {
  readonly gateway: RealGateway;
  /** Of the phone; `callee.wav` in it is what it says. */
  readonly folder: string;
  /** Lets the phone speak first, then says its own text and hangs up. */
  readonly answer: (turn: BotTurn) => BotReply;
  /** The bot was told what the phone said. `output` is that of the phone. */
  readonly checkHeard: (record: CallRecordShape, output: string) => void;
  /** The phone has recorded in this file, its left channel, what the bot said. */
  readonly checkRecorded: (file: string | undefined, output: string) => Promise<void>;
}

/** A gateway of its own, which learns where RTP comes from: phones name the machine's outer address and send from loopback. */
export async function withSpokenCall(
  says: Sayings,
  environment: Readonly<Record<string, string>>,
  act: (spoken: SpokenCall) => Promise<void>,
  rateHz: 8000 | 16000 = 8000,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'outdial-spoken-'));
  const words = await Words.open();
  const learning = { POST_RESPONSE_TIMEOUT: '15000', OUTDIAL_RTP_SOURCE_POLICY: 'learn' };
  try {
    // Phones hang up when their file ends: a minute of silence behind the words keeps them on the line.
    await words.speak(join(folder, 'callee.wav'), says.phone, 700, 60_000, rateHz);
    await withRealGateway({ ...learning, ...environment }, async (gateway) => {
      await act({
        gateway,
        folder,
        answer: ({ text }) =>
          text === '' || text === 'vgwHangUp' ? {} : { text: says.bot, vgwAction: { command: 'vgwActHangup' } },
        checkHeard(record, output) {
          const spoken = record.turns.filter(({ request }) => request.type === 'speech_to_text');
          const heard = spoken.map(({ request }) => request.text).join(' ');
          assert.ok(
            wordErrorRate(says.phone, heard) <= 0.2,
            `the bot was told "${heard}": ${JSON.stringify(record)}\n${output}`,
          );
        },
        async checkRecorded(file, output) {
          const recorded = file === undefined ? '' : await words.recognise(file, 'left');
          assert.ok(wordErrorRate(says.bot, recorded) <= 0.2, `the phone heard: ${recorded}\n${output}`);
        },
      });
    });
  } finally {
    await words.close();
    await rm(folder, { recursive: true, force: true });
  }
}
