import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Outcome, TrialMessage, TrialOrder } from './trial.js';

const STDERR_TAIL = 4_000;
/** On a busy machine, the slowest peer takes minutes for two million entries: what takes longer hangs. */
const DEADLINE_MS = 1_800_000;

/** How a trial is run. */
export interface RunTrialOptions {
  /** What the process runs: `trial/main`. */
  readonly program: URL;
  readonly onProgress?: ((done: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Runs a trial in a process of its own. @throws {Error} what the trial threw, or that it ended without an outcome */
export async function runTrial(order: TrialOrder, options: RunTrialOptions): Promise<Outcome> {
  const { program, onProgress, signal } = options;
  signal?.throwIfAborted();
  const child = fork(program, [JSON.stringify(order)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [...process.execArgv, '--expose-gc'],
    signal: AbortSignal.any([AbortSignal.timeout(DEADLINE_MS), ...(signal === undefined ? [] : [signal])]),
    killSignal: 'SIGKILL',
  });
  let outcome: Outcome | undefined;
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-STDERR_TAIL);
  });
  child.on('message', (message: TrialMessage) => {
    if (message.type === 'progress') onProgress?.(message.done);
    else outcome = message.outcome;
  });
  // Such as that it was killed, after the deadline: it is gone, and has said nothing.
  child.on('error', (error) => {
    errors += error.message;
  });
  await once(child, 'close');
  if (outcome === undefined) {
    throw new Error(`${order.comparison}: ${order.part} ended without an outcome. ${errors}`);
  }
  return outcome;
}
