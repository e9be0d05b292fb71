/**
 * Rows of §5.2 to §5.4 that no simulated call here brings about, each with what a call sees of it that has nothing to do with
 * it. A row moves from here to its table when the gateway does what it says.
 */
import assert from 'node:assert/strict';
import type { Json } from '../../src/kit/index.ts';
import { callWith, hangUp, setting, type StateRow, texts, values } from './state-row.ts';

const textMessages = 'never set: no text message comes in this call';

function unset(name: string, type: string, moment: string, instead: string): StateRow {
  const check = async (): Promise<void> => {
    const told = values(await callWith([{ text: ['hello'] }, hangUp]), name);
    assert.deepEqual(told, [undefined, undefined, undefined]);
  };
  return { section: '5.2', name, place: 'context', type, moment, instead, check };
}

function unasked(name: string, moment: string, instead: string): StateRow {
  const check = async (): Promise<void> => {
    const asked = texts(await callWith([{ text: ['hello'] }, hangUp]));
    assert.ok(!asked.some((text) => name.split(' / ').includes(text)));
  };
  return { section: '5.3', name, place: 'input.text', type: 'string', moment, instead, check };
}

/** Deprecated commands, told not to do anything. */
function deprecated(name: string, value: Json): StateRow {
  const check = async (): Promise<void> => {
    const world = await callWith(setting({ [name]: value }, { text: ['hello'] }, hangUp));
    assert.deepEqual(texts(world), ['', 'vgwPostResponseTimeout', 'vgwHangUp']);
    assert.deepEqual(world.phone.understood, ['hello']);
  };
  const instead = 'asks for nothing here';
  return { section: '5.4', name, place: 'context', type: 'as the action', moment: 'deprecated', instead, check };
}

export const rowsElsewhere: readonly StateRow[] = [
  unset('vgwReceivedOnChannel', 'SMS', 'a turn of a text message', textMessages),
  unset('vgwSMSMessage', 'string', 'a turn of a text message', textMessages),
  unset('vgwSMSMedia', 'array of {mediaURL, mediaContentType}', 'a turn of a text message', textMessages),
  unset('vgwSMSUserPhoneNumber', 'string', 'a turn of a text message', textMessages),
  unset('vgwSMSContext', 'object', 'a turn of a text message', textMessages),
  unasked('vgwSMSMessage / vgwSMSFailed', 'a text message came, or could not be sent', 'not asked: there is none'),
  unasked(
    'redirect / mrcp_recognition_unsuccessful / media_capability_change',
    'known only from records of the original, whose texts are not known',
    'never asked: a re-INVITE is answered without a turn, and there is no MRCP',
  ),
  // Deprecated since 1.0.0.2, in the value that asks for nothing.
  ...['vgwHangUp', 'vgwTransfer', 'vgwPauseSTT', 'vgwForceNoInputTurn'].map((name) => deprecated(name, 'No')),
  ...['vgwAllowBargeIn', 'vgwAllowDTMF'].map((name) => deprecated(name, 'Yes')),
  ...['vgwMusicOnHoldURL', 'vgwPreResponseTimeoutCount'].map((name) => deprecated(name, '')),
  ...['vgwSTTConfigSettings', 'vgwTTSConfigSettings', 'vgwConversationConfigSettings'].map((name) =>
    deprecated(name, {}),
  ),
];
