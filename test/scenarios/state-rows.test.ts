/** Every row of the tables of state (specification §5.2 to §5.4), by its name: place, type and moment in a simulated call. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rowsOfBot } from './rows-of-bot.ts';
import { rowsOfGateway } from './rows-of-gateway.ts';
import { rowsOfInput } from './rows-of-input.ts';

const rows = [...rowsOfGateway, ...rowsOfInput, ...rowsOfBot];

for (const { section, name, place, type, moment, instead, check } of rows) {
  const rest = instead === undefined ? '' : `; ${instead}`;
  test(`§${section} ${name} in ${place}: ${type}; ${moment}${rest}`, check);
}

test('every row stands here once', () => {
  const named = rows.map(({ section, name }) => `${section} ${name}`);
  assert.deepEqual(named.toSorted(), [...new Set(named)].toSorted());
});
