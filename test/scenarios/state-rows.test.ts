/** Every row of the tables of state (specification §5.2 to §5.4), by its name: place, type and moment in a simulated call. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rowsElsewhere } from './rows-elsewhere.ts';
import { rowsOfBot } from './rows-of-bot.ts';
import { rowsOfGateway } from './rows-of-gateway.ts';
import { rowsOfInput } from './rows-of-input.ts';
import { rowsOfDeprecated } from './rows-of-deprecated.ts';
import { rowsOfMessages } from './rows-of-messages.ts';
import { rowsOfTransfer } from './rows-of-transfer.ts';

const rows = [
  ...rowsOfGateway,
  ...rowsOfInput,
  ...rowsOfBot,
  ...rowsOfTransfer,
  ...rowsOfDeprecated,
  ...rowsOfMessages,
  ...rowsElsewhere,
];

for (const { section, name, place, type, moment, instead, check } of rows) {
  const rest = instead === undefined ? '' : `; ${instead}`;
  test(`§${section} ${name} in ${place}: ${type}; ${moment}${rest}`, check);
}

/** The names in the tables, as they stand there. */
const tables = {
  '5.2': `vgwSessionID vgwIsOutboundCall vgwSIPCallID vgwSIPRequestURI vgwSIPToURI vgwSIPFromURI vgwSIPCustomInviteHeader
    vgwSIPCustomInviteHeaders vgwPhoneUserPhoneNumber vgwBargeInOccurred vgwIsDTMF vgwDTMFCollectionSucceeded vgwSTTResponse
    vgwTextAlternatives vgwCompletedActions vgwHangUp vgwHangupReason vgwCallTransferred vgwCallTransferFailed
    vgwTransferReason vgwNetworkWarnings vgwSTTProvider vgwTTSProvider vgwReceivedOnChannel vgwSMSMessage vgwSMSMedia
    vgwSMSUserPhoneNumber vgwSMSContext`,
  '5.3': `(empty) vgwHangUp vgwPostResponseTimeout vgwFinalUtteranceTimeout vgwNoInputTurn vgwCallTransferred
    vgwCallTransferFailed vgwSMSMessage vgwSMSFailed vgwSTTResultFiltered vgwNetworkWarningMessage (digits) redirect
    mrcp_recognition_unsuccessful media_capability_change`,
  '5.4': `vgwPostResponseTimeoutCount vgwFinalUtteranceTimeout vgwConversationResponseTimeout vgwSessionInactivityTimeout
    vgwDisconnectCallOnNoUserInputTurnCount vgwDisconnectCallOnTransferFailure vgwConversationFailedMessage
    vgwConversationFailedAudioURL vgwTransferFailedMessage vgwTransferFailedAudioURL vgwErrAudioURL vgwByeCustomHeader
    vgwByeCustomHeaderVal vgwTransferTarget vgwTransferHeader vgwTransferHeaderVal vgwTransferTargetHeader
    vgwHangUp vgwTransfer vgwPauseSTT vgwAllowBargeIn vgwAllowDTMF vgwForceNoInputTurn vgwMusicOnHoldURL
    vgwPreResponseTimeoutCount vgwSTTConfigSettings vgwTTSConfigSettings vgwConversationConfigSettings`,
} as const;

test('every name of the tables stands here once', () => {
  const wanted = Object.entries(tables).flatMap(([section, names]) =>
    names.split(/\s+/).map((name) => `${section} ${name}`),
  );
  const named = rows.flatMap(({ section, name }) => name.split(' / ').map((each) => `${section} ${each}`));
  assert.deepEqual(named.toSorted(compare), wanted.toSorted(compare));
});

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
