import { type ChildProcess, spawn } from 'node:child_process';
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
