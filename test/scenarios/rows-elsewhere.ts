/**
 * Rows of §5.2 to §5.4 that no simulated call here brings about, each with what a call sees of it that has nothing to do with
 * it. A row moves from here to its table when the gateway does what it says.
 */
import assert from 'node:assert/strict';
import { callWith, hangUp, type StateRow, texts, values } from './state-row.ts';

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

export const rowsElsewhere: readonly StateRow[] = [
  unset('vgwReceivedOnChannel', 'SMS', 'a turn of a text message', textMessages),
  unset('vgwSMSMessage', 'string', 'a turn of a text message', textMessages),
  unset('vgwSMSMedia', 'array of {mediaURL, mediaContentType}', 'a turn of a text message', textMessages),
  unset('vgwSMSUserPhoneNumber', 'string', 'a turn of a text message', textMessages),
  unset('vgwSMSContext', 'object', 'a turn of a text message', textMessages),
  unasked('vgwSMSMessage', 'a text message came', 'never asked: text messages are not received'),
  unasked(
    'redirect / mrcp_recognition_unsuccessful / media_capability_change',
    'known only from records of the original, whose texts are not known',
    'never asked: a re-INVITE is answered without a turn, and there is no MRCP',
  ),
];
