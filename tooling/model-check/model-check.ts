// Explores the replication protocol exhaustively, then every mutant of it; prints what was found.
import { checkProtocol, type Verdict } from './check-protocol.ts';
import { mutants } from './mutants.ts';
import { production } from './protocol.ts';

function report(name: string, { states, counterexample }: Verdict): void {
  const found =
    counterexample === undefined ? 'no counterexample' : `counterexample: ${counterexample.violation}`;
  console.log(`\n${name}\n  ${states} states, ${found}`);
  for (const [index, step] of (counterexample?.trace ?? []).entries()) console.log(`  ${index + 1}. ${step}`);
}

const healthy = checkProtocol(production);
report('The protocol as it is', healthy);
let survivors = 0;
for (const { defect, protocol } of mutants) {
  const verdict = checkProtocol(protocol);
  report(`Mutant: ${defect}`, verdict);
  if (verdict.counterexample === undefined) survivors += 1;
}
console.log(
  `\n${healthy.states} states explored; ${mutants.length - survivors} of ${mutants.length} mutants killed`,
);
process.exitCode = healthy.counterexample === undefined && survivors === 0 ? 0 : 1;
