#!/usr/bin/env node
/** The `outdial` command. */
import { CommanderError } from 'commander';
import { serve } from '../app/index.ts';
import { exitCodes } from './calls/call-outcome.ts';
import { runCallCommandHere } from './calls/node-world.ts';
import { runDemo } from './demo/demo.ts';
import { runDoctor } from './doctor/run-doctor.ts';
import { printErrors } from './errors/print-errors.ts';
import { machineWorld, runConfigCommand } from './config/run-config-command.ts';
import { runStoreCommand } from './store/run-store-command.ts';
import { runTalkHere } from './talk/node-talk.ts';
import { tellReady } from './ready-screen.ts';
import { lookOf } from './terminal.ts';
import { createProgram } from './program.ts';

const program = createProgram({
  serve: ({ brokenEntries }) =>
    serve({
      environment: process.env,
      brokenEntries,
      onReady: (gateway) => {
        tellReady(gateway, process.env, process.stderr);
      },
      onReload: (listener) => {
        process.on('SIGHUP', listener);
      },
      printError: (line) => {
        console.error(line);
      },
      onSignal: (listener) => {
        process.on('SIGTERM', listener);
        process.on('SIGINT', listener);
      },
    }),
  calls: (order) => runCallCommandHere(order, process.env),
  talk: (order) => runTalkHere(order, process.env),
  print: (text) => {
    console.log(text);
  },
  errors: async (order) => {
    const { isStyled, columns = 100 } = lookOf(process.stdout, process.env);
    const { text, exitCode } = printErrors(order, { isStyled, columns });
    if (exitCode === 0) console.log(text);
    else console.error(text);
    return exitCode;
  },
  demo: runDemo,
  doctor: runDoctor,
  config: async (order) => {
    const report = runConfigCommand(order, machineWorld(process.env));
    console.log(order.output === 'json' ? JSON.stringify(report.json, undefined, 2) : report.text);
    return report.exitCode;
  },
  store: async (order) => {
    const { text, exitCode } = await runStoreCommand(order, process.env);
    if (exitCode === 0) console.log(text);
    else console.error(text);
    return exitCode;
  },
});

try {
  // Whoever says nothing wants to know what there is.
  if (process.argv.length <= 2) program.outputHelp();
  else await program.parseAsync();
} catch (fault) {
  if (!(fault instanceof CommanderError)) throw fault;
  // It has said what it did not understand; help and version are no mistakes.
  process.exitCode = fault.exitCode === 0 ? 0 : exitCodes.usage;
}
