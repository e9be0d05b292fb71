/**
 * The console of a real gateway in a real browser. The parts are modules of their own and run in this order in one process:
 * they share the gateway, the browser and a call.
 */
import { after, before, describe } from 'node:test';
import { apiDocsTests } from './api-docs.ts';
import { axisTests } from './axis.ts';
import { callDetailsTests } from './call-details.ts';
import { type ConsoleWorld, openConsoleWorld } from './console-world.ts';
import { frameTests } from './frame.ts';
import { operateTests } from './operate.ts';

describe('console', () => {
  let opened: ConsoleWorld | undefined;
  const world = (): ConsoleWorld => {
    if (opened === undefined) throw new Error('the world of the console was not opened');
    return opened;
  };
  before(async () => {
    opened = await openConsoleWorld();
  });
  after(async () => {
    await opened?.close();
  });
  describe('frame', () => {
    frameTests(world);
  });
  describe('statistics and health', () => {
    operateTests(world);
  });
  describe('call', () => {
    callDetailsTests(world);
  });
  describe('API reference', () => {
    apiDocsTests(world);
  });
  describe('time axis', () => {
    axisTests(world);
  });
});
