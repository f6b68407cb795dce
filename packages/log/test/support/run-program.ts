import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const LOADER = new URL('../../../../tooling/test/source-loader.mjs', import.meta.url).href;

/** Starts a program of `test/programs` from source. Its errors go to this process's. */
export function startProgram(name: string, ...programArguments: string[]): ChildProcess {
  const program = fileURLToPath(new URL(`../programs/${name}`, import.meta.url));
  const nodeArguments = ['--conditions=@slipstream/source', '--import', LOADER];
  return spawn(process.execPath, [...nodeArguments, program, ...programArguments], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Runs a program to its end; returns its exit code. */
export async function runProgram(name: string, ...programArguments: string[]): Promise<unknown> {
  const [code] = await once(startProgram(name, ...programArguments), 'close');
  return code;
}
