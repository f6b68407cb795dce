// A command's steps: each is announced and timed, and its output is shown when it fails.
// No dependencies; runs on Node.js >= 18.
import { run } from './processes.mjs';

/** A step that is silent for this long reports that it is still running. */
const HEARTBEAT_MS = 10_000;
const INDENT = '      ';
/** How much is shown of the output of a step that failed. */
const SHOWN_LINES = 300;

/**
 * @typedef {object} Step
 * @property {string} title
 * @property {(output: StepOutput) => Promise<number>} act resolves to an exit code
 * @property {boolean} [vital] whether the steps after it make no sense when it fails
 * @property {boolean} [ownsTerminal] whether it prints by itself
 */

/**
 * @typedef {object} StepOutput
 * @property {(message: string) => void} say prints a line under the step's title
 * @property {(line: string) => void} keep keeps a line of output: the latest is shown while the step
 *   lasts, the last of them when it fails
 */

/**
 * @typedef {object} Failure
 * @property {Step} step
 * @property {number} code the exit code
 */

/**
 * Runs steps one after the other and resolves to those that failed. One that fails does not keep the next
 * from running, unless it is vital.
 *
 * @param {readonly Step[]} steps
 * @returns {Promise<Failure[]>}
 */
export async function runSteps(steps) {
  const failed = [];
  for (const [index, step] of steps.entries()) {
    console.log(`[${index + 1}/${steps.length}] ${step.title}`);
    const code = await runStep(step);
    if (code !== 0) failed.push({ step, code });
    if (code !== 0 && step.vital) break;
  }
  return failed;
}

/**
 * The exit code of a run with failures. A program that has the terminal says by its own what went wrong, such
 * as a mistake in its arguments.
 *
 * @param {readonly Failure[]} failed
 */
export function exitCodeOf(failed) {
  const [first, ...others] = failed;
  return first?.step.ownsTerminal && others.length === 0 ? first.code : 1;
}

/**
 * @param {Step} step
 * @returns {Promise<number>}
 */
async function runStep(step) {
  const elapsed = stopwatch();
  /** @param {string} message */
  const say = (message) => {
    console.log(INDENT + message);
    heartbeat?.refresh();
  };
  /** @type {string[]} */
  const kept = [];
  const heartbeat = step.ownsTerminal
    ? undefined
    : setInterval(() => say(`… ${elapsed()} ${latest(kept)}`.trimEnd()), HEARTBEAT_MS);

  let code = 1;
  try {
    code = await step.act({ say, keep: (line) => kept.push(line) });
  } catch (error) {
    kept.push(...String(error instanceof Error ? error.message : error).split('\n'));
  }
  clearInterval(heartbeat);
  if (code !== 0) show(kept, say);
  say(`${code === 0 ? 'done' : 'FAILED'} in ${elapsed()}`);
  return code;
}

/**
 * A step that runs a command and shows its output only when it fails, but for lines that begin with WARNING.
 *
 * @param {string} title
 * @param {readonly [command: string, ...args: string[]]} command
 * @param {() => NodeJS.ProcessEnv} env asked for when the step begins
 * @param {{ vital?: boolean }} [options]
 * @returns {Step}
 */
export function quietStep(title, [command, ...args], env, options) {
  return {
    ...options,
    title,
    act: ({ say, keep }) =>
      run(command, args, {
        env: env(),
        onLine: (line) => (line.startsWith('WARNING') ? say(line) : keep(line)),
      }),
  };
}

/**
 * A step that runs a command whose output is what one wants to see.
 *
 * @param {string} title
 * @param {readonly [command: string, ...args: string[]]} command
 * @param {() => NodeJS.ProcessEnv} env asked for when the step begins
 * @returns {Step}
 */
export function openStep(title, [command, ...args], env) {
  return { title, ownsTerminal: true, act: () => run(command, args, { env: env() }) };
}

/**
 * @param {readonly string[]} lines
 * @param {(line: string) => void} say
 */
function show(lines, say) {
  const left = Math.max(0, lines.length - SHOWN_LINES);
  if (left > 0) say(`(${left} lines before these are left out)`);
  for (const line of lines.slice(left)) say(line);
}

/** @param {readonly string[]} lines */
function latest(lines) {
  for (let index = lines.length - 1; index >= 0; index--) {
    const line = lines[index]?.trim();
    if (line) return line;
  }
  return '';
}

/** @returns {() => string} the time since this call, in words */
export function stopwatch() {
  const start = performance.now();
  return () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
