import { type ChildProcess, spawn } from 'node:child_process';

// Its standard input is a pipe from the test's process, and ends with it. Each line names the process that
// runs now; an empty one says that none does. A process that was killed may still be writing for a moment.
const script = `
pid=
while read -r line; do
  [ "$line" = done ] && exit 0
  pid=$line
done
[ -n "$pid" ] && kill -9 "$pid"
rm -rf -- "$1" || { sleep 1; rm -rf -- "$1"; }
`;

/**
 * A small shell process that outlives the test's process: when that ends, in whatever way, the guard
 * kills the guarded process and removes its folder.
 */
export class ProcessGuard {
  readonly #shell: ChildProcess;

  private constructor(shell: ChildProcess) {
    this.#shell = shell;
  }

  /** @param folder - Removed when the test's process ends before {@link release}. */
  static start(folder: string): ProcessGuard {
    // Detached: an interrupt from the terminal goes to the whole group, and must not end the guard.
    const shell = spawn('/bin/sh', ['-c', script, 'guard', folder], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    shell.on('error', () => undefined);
    shell.stdin?.on('error', () => undefined);
    shell.unref();
    return new ProcessGuard(shell);
  }

  /** From now on this process is killed with the test's process; `undefined`: none. */
  watch(pid: number | undefined): void {
    this.#shell.stdin?.write(`${pid ?? ''}\n`);
  }

  /** Ends the guard: the process and its folder are gone. */
  release(): void {
    this.#shell.stdin?.end('done\n');
  }
}
