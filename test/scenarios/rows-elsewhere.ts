/**
 * Rows of §5.3 that no simulated call here brings about, each with what a call sees of it that has nothing to do with
 * it. A row moves from here to its table when the gateway does what it says.
 */
import assert from 'node:assert/strict';
import { callWith, hangUp, type StateRow, texts } from './state-row.ts';

function unasked(name: string, moment: string, instead: string): StateRow {
  const check = async (): Promise<void> => {
    const asked = texts(await callWith([{ text: ['hello'] }, hangUp]));
    assert.ok(!asked.some((text) => name.split(' / ').includes(text)));
  };
  return { section: '5.3', name, place: 'input.text', type: 'string', moment, instead, check };
}

export const rowsElsewhere: readonly StateRow[] = [
  unasked(
    'redirect / mrcp_recognition_unsuccessful / media_capability_change',
    'known only from records of the original, whose texts are not known',
    'never asked: a re-INVITE is answered without a turn, and there is no MRCP',
  ),
];
