// Child processes for the commands of this folder. No dependencies; runs on Node.js >= 18.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * @typedef {object} RunOptions
 * @property {NodeJS.ProcessEnv} [env] the environment; this process's own by default
 * @property {string} [cwd] the folder; the repository's root by default
 * @property {(line: string) => void} [onLine] takes each line the command prints; without it, the
 *   command has this process's terminal
 * @property {AbortSignal} [signal] ends the command
 */

/**
 * Runs a command to its end and resolves to its exit code: 127 when it cannot be started, 128 + the
 * signal's number when a signal ended it, as a shell has it.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<number>}
 */
export function run(command, args, { env = process.env, cwd = ROOT, onLine, signal } = {}) {
  return new Promise((resolve) => {
    /** @type {import('node:child_process').StdioOptions} */
    const stdio = onLine ? ['ignore', 'pipe', 'pipe'] : 'inherit';
    // Before the child starts, so that no signal can end this process without it.
    const signals = shareSignals();
    const child = spawn(command, args, { cwd, env, stdio, signal });
    signals.shareWith(child);
    const flush = onLine ? [eachLine(child.stdout, onLine), eachLine(child.stderr, onLine)] : [];

    child.on('error', (error) => {
      signals.stop(false);
      const reason = signal?.aborted ? signal.reason : error;
      (onLine ?? console.error)(`${command}: ${reason instanceof Error ? reason.message : reason}`);
      resolve(127);
    });
    child.on('close', (exitCode, ending) => {
      const code = exitCode ?? 128 + (ending === null ? 0 : constants.signals[ending]);
      for (const rest of flush) rest();
      // A command that has the terminal may end well after a signal. One that works for this process has not,
      // even if its exit code says so: turbo reports success with half of the build done.
      signals.stop(onLine === undefined && code === 0);
      resolve(code);
    });
  });
}

const ENDING_SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
/** How many commands are running: while there are any, they get a signal first. */
let running = 0;

/**
 * Has a signal end this process by `process.exit`, and so through its 'exit' event, where temporary files
 * can be removed.
 *
 * @returns {() => void} gives the signals back
 */
export function exitOnSignals() {
  const removals = ENDING_SIGNALS.map((signal) => {
    const handler = () => {
      if (running === 0) process.exit(128 + constants.signals[signal]);
    };
    process.on(signal, handler);
    return () => process.off(signal, handler);
  });
  return () => {
    for (const remove of removals) remove();
  };
}

/**
 * Lets a child decide what a signal means: this process lives until the child has ended, and forwards the
 * signals that only this process got. Unless the child ends well, as a demo does, this process then ends, too,
 * with the exit code that a shell gives to the signal.
 */
function shareSignals() {
  running += 1;
  /** @type {NodeJS.Signals | undefined} */
  let received;
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let child;

  const handlers = ENDING_SIGNALS.map((signal) => {
    const handler = () => {
      received = signal;
      // A terminal sends Ctrl-C to the whole foreground group: the child has it already.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child?.kill(signal);
    };
    process.on(signal, handler);
    return () => process.off(signal, handler);
  });

  return {
    /** @param {import('node:child_process').ChildProcess} started */
    shareWith(started) {
      child = started;
    },
    /** @param {boolean} endedWell whether the child has done its work, in spite of a signal */
    stop(endedWell) {
      running -= 1;
      for (const remove of handlers) remove();
      if (received !== undefined && !endedWell) process.exit(128 + constants.signals[received]);
    },
  };
}

/**
 * @param {import('node:stream').Readable | null} stream
 * @param {(line: string) => void} onLine
 * @returns {() => void} hands over an unfinished last line
 */
function eachLine(stream, onLine) {
  let rest = '';
  stream?.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  return () => {
    if (rest !== '') onLine(rest);
  };
}
