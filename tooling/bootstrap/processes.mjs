// Child processes, as the commands of this folder need them. No dependencies; runs on Node.js >= 18.
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
    // First this: from its first instant on, the child must not be left alone by a signal.
    const signals = shareSignals();
    const child = spawn(command, args, { cwd, env, stdio, signal });
    signals.shareWith(child);
    const flush = onLine ? [eachLine(child.stdout, onLine), eachLine(child.stderr, onLine)] : [];

    child.on('error', (error) => {
      signals.stop(127);
      const reason = signal?.aborted ? signal.reason : error;
      (onLine ?? console.error)(`${command}: ${reason instanceof Error ? reason.message : reason}`);
      resolve(127);
    });
    child.on('close', (exitCode, ending) => {
      const code = exitCode ?? 128 + (ending === null ? 0 : constants.signals[ending]);
      for (const rest of flush) rest();
      signals.stop(code);
      resolve(code);
    });
  });
}

/**
 * Lets a child decide what a signal means: this process lives on until the child has ended, and hands it
 * the signals that only this process got. Unless the child then ends in success, so as a demo that is told
 * to stop does, this process ends, too, with the exit code that a shell gives to the signal.
 */
function shareSignals() {
  /** @type {NodeJS.Signals | undefined} */
  let received;
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let child;

  const handlers = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']).map((signal) => {
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
    /** @param {number} code the child's exit code */
    stop(code) {
      for (const remove of handlers) remove();
      if (received !== undefined && code !== 0) process.exit(128 + constants.signals[received]);
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
