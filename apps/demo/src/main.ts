// The demo: a fleet of processes that keeps a routing table from a bucket, through a killed process and an
// outage of the server, and the proof that only the delta travelled.
import { extname } from 'node:path';
import { compareTheTables } from './acts/compare-the-tables.js';
import { cutTheFleetOff } from './acts/cut-the-fleet-off.js';
import { fillTheBucket } from './acts/fill-the-bucket.js';
import { killANode } from './acts/kill-a-node.js';
import { letWritersChurn } from './acts/let-writers-churn.js';
import { startTheFleet } from './acts/start-the-fleet.js';
import { Interruption } from './lifetime/interruption.js';
import type { DemoOptions } from './options/demo-options.js';
import { helpText } from './options/help-text.js';
import { parseArguments } from './options/parse-arguments.js';
import { openStage, type Stage } from './stage.js';
import type { Claim } from './verdict/claim.js';
import { judge } from './verdict/judge.js';
import { boardOf } from './view/board.js';
import type { Narrator } from './view/narrator.js';
import { hasColor, openNarrator } from './view/open-narrator.js';
import { verdictText } from './view/verdict-text.js';

const CHAPTERS = 6;
// Built or from source, the node's program is beside this one.
const nodeProgram = new URL(`./node/main${extname(import.meta.filename)}`, import.meta.url);

async function play(stage: Stage): Promise<Claim[]> {
  let chapter = 0;
  const act = <T>(title: string, perform: (stage: Stage) => Promise<T>): Promise<T> => {
    stage.narrator.chapter(++chapter, CHAPTERS, title);
    return perform(stage);
  };
  stage.narrator.follow(() => boardOf(stage));

  await act('A bucket full of routes', fillTheBucket);
  await act('A fleet: processes, each with a fold of its own', startTheFleet);
  await act('Writers churn, clients look up', letWritersChurn);
  const restart = await act('A node is killed, and comes back', killANode);
  const outage = await act('The bucket goes away, and comes back', cutTheFleetOff);
  const tables = await act('Does everybody have the same table?', compareTheTables);
  return judge({ restart, outage, tables, lookups: stage.tallies });
}

async function run(options: DemoOptions): Promise<number> {
  const interruption = Interruption.listen();
  const narrator: Narrator = openNarrator(process.stdout, options.plain);
  try {
    await using stage = await openStage({ options, narrator, signal: interruption.signal, nodeProgram });
    const claims = await play(stage);
    narrator.close();
    process.stdout.write(verdictText(claims, hasColor(process.stdout) && !options.plain));
    return claims.every(({ holds }) => holds) ? 0 : 1;
  } catch (error) {
    narrator.close();
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`demo: ${interruption.exitCode === undefined ? 'FAILED: ' : ''}${reason}\n`);
    return interruption.exitCode ?? 1;
  }
}

const command = parseArguments(process.argv.slice(2));
switch (command.kind) {
  case 'help':
    process.stdout.write(helpText);
    break;
  case 'mistake':
    process.stderr.write(`demo: ${command.reason}\nTry --help.\n`);
    process.exitCode = 2;
    break;
  case 'run':
    process.exitCode = await run(command.options);
}
