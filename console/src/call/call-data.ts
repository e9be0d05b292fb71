/** All that the page of a call shows, whether it came from the gateway or stands in a file that was shared. */
import type { BotExchanges, Call, CallEvent, DeliveryList, SipTrace } from '../../../src/client/index.ts';
import type { CallRecord } from '../../../src/reports/index.ts';

export interface CallData {
  readonly call: Call;
  /** In their order; they grow while the call runs. */
  readonly events: readonly CallEvent[];
  /** As the gateway made it (docs/reporting.md); absent while the call runs. */
  readonly record?: CallRecord;
  readonly sipTrace?: SipTrace;
  readonly botExchanges?: BotExchanges;
  readonly deliveries?: DeliveryList['deliveries'];
  /** Bytes of the WAV file, where one was made. */
  readonly recording?: ArrayBuffer;
  /** Its size, where it was too large for a shared file. */
  readonly recordingLeftOutBytes?: number;
}
