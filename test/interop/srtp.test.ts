import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type Baresip, type BaresipTls, recordingsIn, startBaresip } from './baresip.ts';
import { openSigner } from './certificates.ts';
import { skipWithout } from './programs.ts';
import type { CallRecordShape } from './real-gateway.ts';
import { appointment, type SpokenCall, withSpokenCall } from './spoken-call.ts';

const port = 25_072;
const controlPort = 25_556;
const gatewayTlsPort = 25_091;

describe('SRTP with baresip', { skip: skipWithout('baresip') }, () => {
  async function withPhone(
    environment: Readonly<Record<string, string>>,
    parameters: string,
    tls: BaresipTls | undefined,
    act: (spoken: SpokenCall, phone: Baresip) => Promise<void>,
  ): Promise<void> {
    await withSpokenCall(appointment, environment, async (spoken) => {
      const baresip = await startBaresip(spoken.folder, port, controlPort, parameters, tls);
      try {
        await act(spoken, baresip);
      } finally {
        await baresip.close();
      }
    });
  }

  it('RFC 4568 §5.1: optional, with keys in clear: encrypted, and words are found both ways', async () => {
    const environment = { OUTDIAL_MEDIA_KEYS_IN_CLEAR: 'true', OUTDIAL_MEDIA_ENCRYPTION: 'optional' };
    await withPhone(environment, ';mediaenc=srtp', undefined, async (spoken, phone) => {
      const { record } = await spoken.gateway.call(`sip:callee@127.0.0.1:${port}`, spoken.answer);
      await phone.close();
      assert.equal(record.endCode, 'completed.bot', phone.output());
      assert.match(phone.output(), /SRTP is Enabled|cryptosuite/i);
      spoken.checkHeard(record, phone.output());
      const [recording] = await recordingsIn(spoken.folder);
      await spoken.checkRecorded(recording, phone.output());
      assert.equal(record.rtpNetworkSummary?.packetsMalformed, 0);
      checkReports(record);
    });
  });

  it('RFC 4568 §8.3: required, over TLS, a call out and a call in: words are found both ways; without SRTP no call', async () => {
    const signer = await openSigner();
    try {
      const { keyFile, certificateFile } = await signer.sign('IP:127.0.0.1');
      const pemFile = join(certificateFile, '..', 'both.pem');
      await writeFile(pemFile, (await readFile(keyFile, 'utf8')) + (await readFile(certificateFile, 'utf8')));
      const environment = {
        OUTDIAL_MEDIA_ENCRYPTION: 'required',
        OUTDIAL_INBOUND_CALLS: 'true',
        OUTDIAL_SIP_CA_FILE: signer.caFile,
        OUTDIAL_TLS_KEY_FILE: keyFile,
        OUTDIAL_TLS_CERTIFICATE_FILE: certificateFile,
        SIP_PORT_TLS: String(gatewayTlsPort),
        HTTPS_PORT: '0',
      };
      const tls = { pemFile, caFile: signer.caFile };
      await withPhone(environment, ';mediaenc=srtp-mand', tls, async (spoken, phone) => {
        const { gateway, answer } = spoken;
        const out = await gateway.call(`sip:callee@127.0.0.1:${port + 1};transport=tls`, answer);
        // RFC 4568 §5.1.2: a phone that has no SRTP.
        const refused = await gateway.call(`sip:plain@127.0.0.1:${port + 1};transport=tls`, answer);
        assert.deepEqual([refused.states.at(-1), refused.record.sipStatus], ['failed', 488]);
        const taken = gateway.take(answer);
        await phone.command('dial', `sip:clinic@127.0.0.1:${gatewayTlsPort};transport=tls`);
        const incoming = await taken;
        await phone.close();
        const output = phone.output();
        for (const { record } of [out, incoming]) {
          assert.equal(record.endCode, 'completed.bot', `${JSON.stringify(record)}\n${output}`);
          spoken.checkHeard(record, output);
          assert.match(record.mediaEncryption ?? '', /^AES_CM_128_HMAC_SHA1_80$/);
          assert.equal(record.rtpNetworkSummary?.packetsMalformed, 0);
          checkReports(record);
        }
        assert.deepEqual([out.record.outboundCall, incoming.record.outboundCall], [true, false]);
        const recordings = await recordingsIn(spoken.folder);
        assert.equal(recordings.length, 2);
        for (const recording of recordings) await spoken.checkRecorded(recording, output);
      });
    } finally {
      await signer.close();
    }
  });
});

/** RFC 3711 §3.4: reports go as SRTCP, or the phone would answer none. */
function checkReports({ rtpNetworkSummary: rtp }: CallRecordShape): void {
  assert.ok(rtp !== null && rtp.rtcpPacketsReceived > 0 && rtp.roundTripMs !== null, JSON.stringify(rtp));
}
