/** What a connection to a speech service needs of the world, with sockets that may go anywhere. */
import { createServices, type SpeechServices } from '../host/index.ts';
import { anywhere } from '../policy/index.ts';

export function openServicePorts(): SpeechServices {
  const { destinations } = anywhere;
  return createServices({ destinations: { operator: destinations, request: destinations } });
}
