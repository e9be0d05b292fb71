import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CallDraft, checkDraft, emptyDraft, fieldOfRefusal, parseDraft, printDraft } from './call-draft.ts';

const draft = (changes: Partial<CallDraft>): CallDraft => ({ ...emptyDraft, to: 'sip:bob@192.0.2.10', ...changes });

test('what is left empty is not in the request', () => {
  assert.deepEqual(checkDraft(draft({})), { body: { to: 'sip:bob@192.0.2.10' } });
});

test('rows and JSON make the context, and recording goes where the tenant file has it', () => {
  assert.deepEqual(
    checkDraft(
      draft({
        from: ' tel:+15551234 ',
        contextRows: [
          { name: ' name ', value: 'Alice' },
          { name: '', value: '' },
        ],
        recording: 'stereo',
        tenantConfig: '{"updateMethod":"merge","config":{"outdial":{"maxCalls":2},"x":1}}',
      }),
    ),
    {
      body: {
        to: 'sip:bob@192.0.2.10',
        from: 'tel:+15551234',
        context: { name: 'Alice' },
        tenantConfig: { updateMethod: 'merge', config: { outdial: { maxCalls: 2, recording: 'stereo' }, x: 1 } },
      },
    },
  );
  const json = checkDraft(draft({ contextKind: 'json', contextJson: '{"a":{"b":1}}' }));
  assert.deepEqual(json, { body: { to: 'sip:bob@192.0.2.10', context: { a: { b: 1 } } } });
});

test('what would be refused is said at its field', () => {
  const faultsOf = (changes: Partial<CallDraft>): readonly string[] => {
    const checked = checkDraft(draft(changes));
    return 'faults' in checked ? Object.keys(checked.faults) : [];
  };
  for (const [changes, fields] of [
    [{ to: '' }, ['to']],
    [{ to: '+15551234', from: 'bob' }, ['to', 'from']],
    [{ to: '"Bob" <sip:bob@example.net>' }, ['to']],
    [{ statusWebhook: 'example.net' }, ['statusWebhook']],
    [{ contextKind: 'json', contextJson: '[1]' }, ['context']],
    [{ contextKind: 'json', contextJson: '{' }, ['context']],
    [{ contextRows: [{ name: '', value: 'x' }] }, ['context']],
    [
      {
        contextRows: [
          { name: 'a', value: 'x' },
          { name: 'a ', value: 'y' },
        ],
      },
      ['context'],
    ],
    [{ tenantConfig: 'nothing' }, ['tenantConfig']],
  ] as const) {
    assert.deepEqual(faultsOf(changes), fields, JSON.stringify(changes));
  }
});

test('a refusal of the gateway finds its field', () => {
  assert.equal(fieldOfRefusal('request.bad-uri', 'from: The URI is not sip:, sips: or tel:.'), 'from');
  assert.equal(fieldOfRefusal('request.malformed', 'statusWebhookUsername must not hold a colon.'), 'statusWebhook');
  assert.equal(fieldOfRefusal('request.too-large', 'The context is larger than 16384 bytes.'), 'context');
  assert.equal(fieldOfRefusal('request.no-trunk', 'A tel: URI names a subscriber.'), 'to');
  assert.equal(fieldOfRefusal('gateway.full', 'There is no room to take it.'), undefined);
});

test('a draft is kept without its password, and whatever was kept is read', () => {
  const kept = draft({ statusWebhookPassword: 'canary', contextRows: [{ name: 'a', value: 'b' }] });
  assert.ok(!printDraft(kept).includes('canary'));
  assert.deepEqual(parseDraft(printDraft(kept)), { ...kept, statusWebhookPassword: '' });
  for (const text of [null, '', '{', '[]', 'null', '{"to":1,"contextRows":[1,{"name":1}],"other":"x"}']) {
    assert.deepEqual(parseDraft(text), emptyDraft, String(text));
  }
});
