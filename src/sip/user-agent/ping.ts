/**
 * OPTIONS outside of a dialog, to learn whether a SIP element is there (RFC 3261 §11). Any final answer is one; whether it takes
 * calls is for the asker to read from the status. Like a registration it has a leg of its own that is no call.
 */
import { nextHopOf } from '../dialog/route-plan.ts';
import { header } from '../syntax/header.ts';
import type { RequestParts } from '../syntax/message.ts';
import { ownVia } from './build-request.ts';
import { contactHeader, ownContact } from './build-response.ts';
import type { Core } from './core.ts';
import type { ClientTransaction } from './leg-state.ts';
import { createLeg } from './leg.ts';
import { newLegSession } from './session-timer.ts';
import { type ClientReport, startClient } from './client-transactions.ts';

const noBody = new Uint8Array(0);

export function sendPing(core: Core, pingId: string, uri: string, nowMs: number): void {
  const destination = nextHopOf(uri);
  if (destination === undefined) {
    core.push({ type: 'pinged', pingId, status: undefined, detail: 'It is no SIP URI that can be sent to.' });
    return;
  }
  const isSecure = /^sips:/i.test(uri);
  const reach = { hop: destination, isSecure };
  const session = newLegSession(undefined);
  const localTag = core.newTag();
  const leg = createLeg({ legId: pingId, localTag, side: 'caller', contactUser: 'outdial', reach, session });
  const branch = core.newBranch();
  const headers = [
    header('Via', ownVia(core, branch, destination)),
    header('Max-Forwards', '70'),
    header('From', `<${ownContact(core, leg)}>;tag=${localTag}`),
    header('To', `<${uri}>`),
    header('Call-ID', pingId),
    header('CSeq', '1 OPTIONS'),
    contactHeader(core, leg),
    header('Accept', 'application/sdp'),
    header('User-Agent', core.options.userAgent),
  ];
  const request: RequestParts = { kind: 'request', method: 'OPTIONS', requestUri: uri, headers, body: noBody };
  startClient(core, { leg, purpose: 'ping', branch, request, destination }, nowMs);
}

export function onPingReport(core: Core, { leg }: ClientTransaction, report: ClientReport): void {
  const tell = (status: number | undefined, detail: string): void => {
    core.push({ type: 'pinged', pingId: leg.legId, status, detail });
  };
  switch (report.type) {
    case 'timeout':
      tell(undefined, 'It did not answer.');
      break;
    case 'transport':
      tell(undefined, report.detail);
      break;
    case 'response': {
      const { status, reason } = report.response;
      if (status >= 200) tell(status, `It answered ${status} ${reason}.`);
      break;
    }
    default:
      report satisfies never;
  }
}
