import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { startProgram as start } from '../../../../tooling/test/start-program.js';

/** Starts a program of `test/programs` from source. Its errors go to this process's. */
export function startProgram(name: string, ...programArguments: string[]): ChildProcess {
  return start(new URL(`../programs/${name}`, import.meta.url), programArguments);
}

/** Runs a program to its end; returns its exit code. */
export async function runProgram(name: string, ...programArguments: string[]): Promise<unknown> {
  const [code] = await once(startProgram(name, ...programArguments), 'close');
  return code;
}
