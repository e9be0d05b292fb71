/** What the page of a call can have the gateway do. A file that was shared has no gateway. */
import type { DeliveryList, OutdialClient, SignedLinks } from '../../../src/client/index.ts';

export interface CallActions {
  /** Sends a notification again; resolves with all of them when this one has been taken or given up. */
  replay(sequence: number): Promise<DeliveryList['deliveries']>;
  /** Links with the address of the gateway before them. */
  signLinks(expiresInS: number): Promise<SignedLinks>;
  /** The SIP trace as a capture file. */
  fetchPcap(): Promise<Blob>;
  /** The whole call as one HTML file. */
  fetchPage(): Promise<Blob>;
  deleteArtifacts(): Promise<void>;
}

export interface CallActionsParts {
  readonly client: OutdialClient;
  readonly sessionId: string;
  /** What was said is gone. */
  readonly onDeleted: () => Promise<void>;
  /** Notifications have moved on. */
  readonly onDeliveries: (deliveries: DeliveryList['deliveries']) => void;
}

/** Between two looks at a notification that is on its way, and how many are taken: its tries go on without the page. */
const lookMs = 400;
const looks = 25;

export function createCallActions({ client, sessionId, onDeleted, onDeliveries }: CallActionsParts): CallActions {
  const readDeliveries = async (): Promise<DeliveryList['deliveries']> => {
    const { deliveries } = await client.listDeliveries({ sessionId });
    onDeliveries(deliveries);
    return deliveries;
  };
  return {
    async replay(sequence) {
      await client.replayDelivery({ sessionId, sequence: String(sequence) });
      let deliveries = await readDeliveries();
      for (let look = 0; look < looks && isWaiting(deliveries, sequence); look += 1) {
        await pause(lookMs);
        deliveries = await readDeliveries();
      }
      return deliveries;
    },
    async signLinks(expiresInS) {
      const links = await client.signLinks({ sessionId, body: { expiresInS } });
      const absolute = (path: string): string => new URL(path, location.origin).href;
      return { ...links, page: absolute(links.page) };
    },
    fetchPcap: async () => (await client.getSipTracePcap({ sessionId })).blob(),
    fetchPage: async () => (await client.getCallPage({ sessionId })).blob(),
    async deleteArtifacts() {
      await client.deleteArtifacts({ sessionId });
      await onDeleted();
    },
  };
}

function isWaiting(deliveries: DeliveryList['deliveries'], sequence: number): boolean {
  return deliveries.some((delivery) => delivery.sequence === sequence && delivery.state === 'waiting');
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
