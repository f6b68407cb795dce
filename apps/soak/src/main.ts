// The soak: everything that goes wrong in production goes wrong at once, for as long as one wants, while nodes
// follow two buckets; at each checkpoint every fold has to equal its bucket.
import { extname } from 'node:path';
import { seededRandom } from '@slipstream/core/testing';
import { churn } from './churn.js';
import { helpText } from './options/help-text.js';
import { parseArguments } from './options/parse-arguments.js';
import type { SoakOptions } from './options/soak-options.js';
import { checkpoint } from './oracle/checkpoint.js';
import { Violation } from './oracle/violation.js';
import { summary } from './summary.js';
import { openWorld } from './world/open-world.js';
import type { World } from './world/world.js';

/** Between two checkpoints. */
const ROUND_MS = 12_000;
/** What is shown of what came before a violation, and of what shows it. */
const SHOWN_HISTORY = 40;
const SHOWN_EVIDENCE = 30;
// Built or from source, the node's program is beside this one.
const nodeProgram = new URL(`./node/main${extname(import.meta.filename)}`, import.meta.url);

function say(...lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`soak: ${line}\n`);
}

async function soak(world: World, options: SoakOptions, interrupted: AbortSignal): Promise<void> {
  const random = seededRandom(options.seed);
  const startedAt = performance.now();
  const elapsedMs = (): number => performance.now() - startedAt;
  const wholeMs = options.minutes * 60_000;
  const signal = AbortSignal.any([world.violated, interrupted]);
  while (elapsedMs() < wholeMs && !signal.aborted) {
    await churn(world, random, Math.min(ROUND_MS, wholeMs - elapsedMs()), signal);
    world.violated.throwIfAborted();
    if (interrupted.aborted) break;
    await checkpoint(world, signal);
    const { checkpoints, delivered, faults } = world.tally;
    const injected = [...faults.values()].reduce((sum, count) => sum + count, 0);
    world.history.note(`checkpoint ${checkpoints}`);
    say(
      `${Math.round(elapsedMs() / 1_000)} s: checkpoint ${checkpoints}: ${world.fleet.members.length} folds ` +
        `equal their buckets, after ${injected} faults and ${delivered} updates`,
    );
  }
  world.violated.throwIfAborted();
  say(...summary(world, options, elapsedMs() / 60_000));
}

async function run(options: SoakOptions): Promise<number> {
  say(`seed ${options.seed}, ${options.minutes} minutes`);
  const interruption = new AbortController();
  process.once('SIGINT', () => interruption.abort(new Error('interrupted')));
  await using world = await openWorld(nodeProgram, options.cluster);
  const { servers, fleet } = world;
  say(`nats-server ${servers[0]?.version}, ${servers.length} of them, ${fleet.members.length} nodes`);
  try {
    await soak(world, options, interruption.signal);
    return 0;
  } catch (error) {
    say(...failure(world, options, world.violated.aborted ? world.violated.reason : error));
    return 1;
  }
}

/** What matters most comes last: the violation below its evidence, and that below what was done before. */
function failure({ history }: World, { seed }: SoakOptions, reason: unknown): string[] {
  const evidence = reason instanceof Violation ? reason.evidence : [];
  const hidden = evidence.length - SHOWN_EVIDENCE;
  return [
    ...history.lines.slice(-SHOWN_HISTORY),
    ...evidence.slice(0, SHOWN_EVIDENCE).map((line) => `  ${line}`),
    ...(hidden > 0 ? [`  and ${hidden} more`] : []),
    `FAILED with seed ${seed}: ${reason}`,
  ];
}

const command = parseArguments(process.argv.slice(2), Math.random);
switch (command.kind) {
  case 'help':
    process.stdout.write(helpText);
    break;
  case 'mistake':
    process.stderr.write(`soak: ${command.reason}\nTry --help.\n`);
    process.exitCode = 2;
    break;
  case 'run':
    process.exitCode = await run(command.options).catch((error: unknown) => {
      process.stderr.write(`soak: FAILED with seed ${command.options.seed}: ${error}\n`);
      return 1;
    });
}
