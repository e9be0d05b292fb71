import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readSettings } from '../config/index.ts';
import { judgeDestination } from '../policy/index.ts';
import { createDestinations } from './destinations.ts';
import { mediaDestinations } from './media-destinations.ts';

it('A1: media threads connect to no port of this gateway, whatever it listens for there', async () => {
  const read = readSettings({
    SIP_PORT: '5070',
    SIP_PORT_TCP: '5071',
    SIP_PORT_TLS: '5072',
    OUTDIAL_SIP_WS_PORT: '5073',
    OUTDIAL_SIP_WSS_PORT: '5074',
    OUTDIAL_TLS_KEY_FILE: 'key.pem',
    OUTDIAL_TLS_CERTIFICATE_FILE: 'certificate.pem',
    HTTP_PORT: '9080',
    HTTPS_PORT: '9443',
  });
  assert.ok(read.ok);
  const destinations = createDestinations(read.value.settings);
  const { operator, request } = mediaDestinations(read.value.settings, destinations);
  for (const policy of [operator, request]) {
    for (const port of [5070, 5071, 5072, 5073, 5074, 9080, 9443]) {
      const judged = judgeDestination('127.0.0.1', port, policy);
      assert.ok(!judged.ok && judged.error === 'It is the gateway itself.', `port ${port}`);
    }
    assert.ok(judgeDestination('127.0.0.1', 8080, policy).ok);
  }
  await destinations.close();
});
