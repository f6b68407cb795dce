import { type ChildProcess, spawn } from 'node:child_process';

// Its standard input is a pipe from the test's process, and ends with it. Each line is a path. What the process
// had started may still be writing there for a moment.
const script = `
paths=$(cat)
printf '%s\\n' "$paths" | while IFS= read -r path; do
  rm -rf -- "$path" || { sleep 1; rm -rf -- "$path"; }
done
`;

let guard: ChildProcess | undefined;

/**
 * Has `path` removed when this process ends, however it ends: runners terminate their workers, and an interrupt ends
 * them with tests running. This holds for a path that was removed before, too: a case that goes on after its
 * deadline may create it again.
 */
export function removeAtExit(path: string): void {
  if (path.includes('\n')) return;
  guard ??= startGuard();
  guard.stdin?.write(`${path}\n`);
}

function startGuard(): ChildProcess {
  // Detached: an interrupt from the terminal goes to the whole group, and must not end the guard.
  const shell = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  // Without a shell, a directory stays when the process is killed.
  shell.on('error', () => undefined);
  shell.stdin?.on('error', () => undefined);
  shell.unref();
  return shell;
}
