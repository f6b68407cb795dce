// Checks that the repository is laid out as agreed, and prints where it is not.
import { ROOT } from '../workspace/packages.ts';
import { structureProblems } from './structure-problems.ts';

const problems = structureProblems(ROOT);
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
