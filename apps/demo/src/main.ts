// The demo: a fleet of processes that keeps a routing table from a bucket, through a killed process, a new
// one and an outage of the server, and the proof that only the delta travelled.
import { extname } from 'node:path';
import { SlipstreamError } from '@slipstream/core';
import { beginWithAnArtifact } from './acts/begin-with-an-artifact.js';
import { compareTheTables } from './acts/compare-the-tables.js';
import { cutTheFleetOff } from './acts/cut-the-fleet-off.js';
import { fillTheBucket } from './acts/fill-the-bucket.js';
import { killANode } from './acts/kill-a-node.js';
import { letWritersChurn } from './acts/let-writers-churn.js';
import { startTheFleet } from './acts/start-the-fleet.js';
import { Interruption } from './lifetime/interruption.js';
import { dataDirectoryProblem } from './options/data-directory.js';
import type { DemoOptions } from './options/demo-options.js';
import { helpText } from './options/help-text.js';
import { parseArguments } from './options/parse-arguments.js';
import { openStage, type Stage } from './stage.js';
import type { Claim } from './verdict/claim.js';
import { judge } from './verdict/judge.js';
import { boardOf } from './view/board-of.js';
import type { Narrator } from './view/narrator.js';
import { openNarrator } from './view/open-narrator.js';

const CHAPTERS = 7;
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
  const bootstrap = await act('A live node exports, a new one begins with that', beginWithAnArtifact);
  const outage = await act('The bucket goes away, and comes back', cutTheFleetOff);
  const tables = await act('Does everybody have the same table?', compareTheTables);
  return judge({ restart, bootstrap, outage, tables, lookups: stage.tallies });
}

async function run(options: DemoOptions): Promise<number> {
  const { dataDirectory } = options;
  const problem = dataDirectory === undefined ? undefined : await dataDirectoryProblem(dataDirectory);
  if (problem !== undefined) return refuse(problem);

  const interruption = Interruption.listen();
  const narrator: Narrator = openNarrator(process.stdout, options.plain);
  try {
    await using stage = await openStage({ options, narrator, signal: interruption.signal, nodeProgram });
    const claims = await play(stage);
    narrator.conclude(claims);
    return claims.every(({ holds }) => holds) ? 0 : 1;
  } catch (error) {
    narrator.close();
    if (interruption.exitCode !== undefined) return interruption.exitCode;
    process.stderr.write(`demo: FAILED: ${error instanceof Error ? error.message : error}\n`);
    if (SlipstreamError.is(error) && error.hint !== undefined) process.stderr.write(`${error.hint}\n`);
    return 1;
  }
}

function refuse(reason: string): number {
  process.stderr.write(`demo: ${reason}\nTry --help.\n`);
  return 2;
}

const command = parseArguments(process.argv.slice(2));
switch (command.kind) {
  case 'help':
    process.stdout.write(helpText);
    break;
  case 'mistake':
    process.exitCode = refuse(command.reason);
    break;
  case 'run':
    process.exitCode = await run(command.options);
}
