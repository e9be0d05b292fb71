import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings } from '../config/index.ts';
import { err, type HttpFailure, type HttpPostOrder, type HttpReply, ok, type Result } from '../kit/index.ts';
import { createTenantDirectory } from '../tenants/index.ts';
import { sendTextMessage } from './text-messages.ts';

const environment = {
  ENABLE_OUTBOUND_CALLS: 'true',
  SMS_GW_URL: 'http://sms.example/sms.gateway/smsPipe',
  SMS_GW_USERNAME: 'u',
  SMS_GW_PASSWORD: 'p',
};
const message = { text: 'your code', mediaUrls: [], userNumber: '+391' };

async function send(
  variables: Readonly<Record<string, string>>,
  more: { readonly gatewayUrl?: string; readonly tenantNumber?: string } = {},
  reply: Result<HttpReply, HttpFailure> = ok({ status: 202, bodyText: '' }),
): Promise<{ result: Result<void, string>; posted: { by: string; order: HttpPostOrder }[] }> {
  const read = readSettings(variables);
  assert.ok(read.ok);
  const directory = createTenantDirectory(read.value.settings);
  assert.ok(directory.ok);
  const posted: { by: string; order: HttpPostOrder }[] = [];
  const client = (by: string) => ({
    post: (order: HttpPostOrder) => {
      posted.push({ by, order });
      return Promise.resolve(reply);
    },
  });
  const destinations = { operatorHttp: client('operator'), requestHttp: client('request') };
  const { settings } = directory.value.deployment;
  const result = await sendTextMessage('s1', { id: 'clinic', settings }, { ...message, ...more }, destinations);
  return { result, posted };
}

test('posted once, as JSON, with the credentials of the gateway', async () => {
  const { result, posted } = await send(environment);
  assert.deepEqual(result, ok(undefined));
  const [{ by, order } = assert.fail(), ...others] = posted;
  assert.equal(others.length, 0);
  assert.equal(by, 'operator');
  assert.equal(order.url, environment.SMS_GW_URL);
  assert.equal(order.headers['authorization'], 'Basic dTpw');
  assert.deepEqual(JSON.parse(order.body), {
    vgwSessionID: 's1',
    tenantPhoneNumber: 'clinic',
    userPhoneNumber: '+391',
    message: 'your code',
    mediaURL: [],
  });
});

test('the number it comes from: of the action, else of TENANT_PHONE_NUMBER', async () => {
  const variables = { ...environment, TENANT_PHONE_NUMBER: '+392' };
  const numberOf = async (more: object): Promise<unknown> =>
    (JSON.parse((await send(variables, more)).posted[0]?.order.body ?? '') as Record<string, unknown>)[
      'tenantPhoneNumber'
    ];
  assert.equal(await numberOf({}), '+392');
  assert.equal(await numberOf({ tenantNumber: '+393' }), '+393');
});

test('a gateway that the bot names gets no credentials, and only where a request may lead', async () => {
  const { posted } = await send(environment, { gatewayUrl: 'http://elsewhere.example/' });
  assert.equal(posted[0]?.by, 'request');
  assert.equal(posted[0].order.headers['authorization'], undefined);
  const same = await send(environment, { gatewayUrl: environment.SMS_GW_URL });
  assert.equal(same.posted[0]?.by, 'operator');
});

test('no gateway, a refusal and a broken connection are each one sentence', async () => {
  const { result: none } = await send({ ENABLE_OUTBOUND_CALLS: 'true' });
  assert.deepEqual(none, err('A text message was not sent: SMS_GW_URL is not set.'));
  const { result: refused } = await send(environment, {}, ok({ status: 503, bodyText: 'busy' }));
  assert.match(refused.ok ? '' : refused.error, /HTTP status 503/);
  const { result: broken } = await send(environment, {}, err({ kind: 'connect', detail: 'sms.example is not there.' }));
  assert.deepEqual(broken, err('A text message was not sent: sms.example is not there.'));
});
