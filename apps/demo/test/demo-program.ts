import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const LOADER = new URL('../../../tooling/test/source-loader.mjs', import.meta.url).href;
const PROGRAM = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** The demo, as a user runs it, from source and with its output in a pipe. */
export class DemoProgram {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
  output = '';

  /** @param temporary - Its folder for temporary data. */
  constructor(args: readonly string[], temporary: string) {
    const flags = ['--conditions=@slipstream/source', '--import', LOADER];
    this.child = spawn(process.execPath, [...flags, PROGRAM, ...args], {
      env: { ...process.env, TMPDIR: temporary },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
    this.ended = once(this.child, 'close');
  }

  /** Resolves to the exit code; `null`: a signal ended it. */
  async exitCode(): Promise<number | null> {
    await this.ended;
    return this.child.exitCode;
  }

  /** The processes of the nodes that it has reported. */
  get nodeProcesses(): number[] {
    return [...this.output.matchAll(/node-\d+ \(process (\d+), \S+\) started/g)].map(([, pid]) =>
      Number(pid),
    );
  }
}

/** Whether there is such a process. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
