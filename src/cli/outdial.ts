#!/usr/bin/env node
/** The `outdial` command. */
import { serve } from '../app/index.ts';
import { runDemo } from './demo/demo.ts';
import { runDoctor } from './doctor/run-doctor.ts';
import { createProgram } from './program.ts';

const program = createProgram({
  serve: () =>
    serve({
      environment: process.env,
      printError: (line) => {
        console.error(line);
      },
      onSignal: (listener) => {
        process.on('SIGTERM', listener);
        process.on('SIGINT', listener);
      },
    }),
  demo: runDemo,
  doctor: runDoctor,
});

await program.parseAsync();
