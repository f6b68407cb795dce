#!/usr/bin/env node
// Runs a command with the Node.js and pnpm that this repository needs (see toolchain.mjs):
//
//   node tooling/bootstrap/bootstrap.mjs                  prints what is used
//   node tooling/bootstrap/bootstrap.mjs COMMAND [ARG…]   runs COMMAND, for example `pnpm install` or `bash`
import process from 'node:process';
import { run } from './processes.mjs';
import { prepareToolchain } from './toolchain.mjs';

const [command, ...args] = process.argv.slice(2);
try {
  if (command?.startsWith('-'))
    throw new TypeError(`"${command}" is not a command, and there are no options`);
  const { env, summary } = await prepareToolchain((message) => console.error(`bootstrap: ${message}`));
  if (command === undefined) console.log(summary);
  else process.exitCode = await run(command, args, { env, cwd: process.cwd() });
} catch (error) {
  console.error(`bootstrap: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
