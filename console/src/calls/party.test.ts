import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printParty } from './party.ts';

test('who is called is shown by name, number or user, and hostile text as it is', () => {
  for (const [uri, shown] of [
    ['sip:bob@192.0.2.10', 'bob'],
    ['sips:+15551234@trunk.example.net;user=phone', '+15551234'],
    ['tel:+1-555-1234;phone-context=x', '+1-555-1234'],
    ['"Bob \\"the\\" Builder" <sip:bob@example.net>', 'Bob "the" Builder'],
    ['Bob <sip:bob@example.net>', 'Bob'],
    ['<sip:bob@example.net>;tag=1', 'bob'],
    ['"<img src=x onerror=alert(1)>" <sip:evil@example.net>', '<img src=x onerror=alert(1)>'],
    ['sip:%F0%9F%93%9E@example.net', '📞'],
    ['sip:%zz@example.net', '%zz'],
    ['sip:pbx.example.net', 'pbx.example.net'],
    ['whatever', 'whatever'],
    ['', 'unknown'],
  ] as const) {
    assert.equal(printParty(uri), shown, uri);
  }
});
