import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The arguments with which Node.js runs the TypeScript source of a package. */
export const sourceArguments: readonly string[] = [
  '--conditions=@slipstream/source',
  '--import',
  new URL('source-loader.mjs', import.meta.url).href,
];

/** How {@link startProgram} starts a program. */
export interface StartOptions {
  /** A shell script that is run in place of the program, which is its `"$@"`. */
  readonly shell?: string | undefined;
  /** @defaultValue its output can be read; its errors go to this process's */
  readonly stdio?: StdioOptions | undefined;
  /** Whether it leads a process group, so that it can be killed with all that it starts. @defaultValue false */
  readonly detached?: boolean | undefined;
}

/** Starts a program from source. The caller ends it. */
export function startProgram(
  program: URL,
  programArguments: readonly string[] = [],
  { shell, stdio = ['ignore', 'pipe', 'inherit'], detached = false }: StartOptions = {},
): ChildProcess {
  const node = [process.execPath, ...sourceArguments, fileURLToPath(program), ...programArguments];
  const [command = '', ...rest] = shell === undefined ? node : ['sh', '-c', shell, 'sh', ...node];
  return spawn(command, rest, { stdio, detached });
}
