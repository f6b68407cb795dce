import process from 'node:process';

const INTERVAL_MS = 1_000;

/**
 * Ends this process in order when the npm that runs it is gone. npm forwards a SIGTERM only to the shell that it
 * has started, which ends and leaves its child running.
 *
 * @param {number} [intervalMs]
 */
export function endWithNpm(intervalMs = INTERVAL_MS) {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const shell = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, intervalMs);
  timer.unref();
}
