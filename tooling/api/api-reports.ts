// Keeps docs/api/: one report per entry point of each published package, so that a change of the public
// API is seen as such in review.
//
//   node tooling/api/api-reports.ts             fails when a report is not what the build has
//   node tooling/api/api-reports.ts --update    writes the reports
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  type EntryPoint,
  entryPointsOf,
  isProgram,
  isPublished,
  membersOf,
  ROOT,
} from '../workspace/packages.ts';
import { describeEntryPoint } from './describe-entry-point.ts';

const REPORTS = join(ROOT, 'docs/api');

const { values } = parseArgs({ options: { update: { type: 'boolean', default: false } } });
const scratch = mkdtempSync(join(tmpdir(), 'slipstream-api-'));
try {
  const reports = describeAll();
  if (values.update) write(reports);
  else if (!compare(reports)) process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** The reports by the names of their files. */
function describeAll(): Map<string, string> {
  const reports = new Map<string, string>();
  for (const member of membersOf('packages').filter(isPublished)) {
    for (const entryPoint of entryPointsOf(member.manifest).filter((each) => !isProgram(each))) {
      const name = reportName(member.folder, entryPoint);
      const folder = join(scratch, name);
      mkdirSync(folder);
      reports.set(name, describeEntryPoint(member, entryPoint, folder));
    }
  }
  return reports;
}

function reportName(folder: string, { subpath }: EntryPoint): string {
  return `${[folder, ...subpath.split('/').slice(1)].join('-')}.api.md`;
}

function write(reports: ReadonlyMap<string, string>): void {
  mkdirSync(REPORTS, { recursive: true });
  for (const stale of committed().filter((name) => !reports.has(name))) rmSync(join(REPORTS, stale));
  for (const [name, report] of reports) writeFileSync(join(REPORTS, name), report);
  console.log(`wrote ${reports.size} reports to docs/api`);
}

function compare(reports: ReadonlyMap<string, string>): boolean {
  const names = new Set([...reports.keys(), ...committed()]);
  const drifted = [...names].filter((name) => reports.get(name) !== readCommitted(name));
  for (const name of drifted) {
    console.error(`docs/api/${name} is not what the build exports:\n`);
    console.error(difference(name, reports.get(name) ?? ''));
  }
  if (drifted.length > 0) {
    console.error(
      'If the change of the API is meant, run `pnpm run api`, commit the reports, and add a changeset.',
    );
  }
  return drifted.length === 0;
}

function committed(): string[] {
  return existsSync(REPORTS) ? readdirSync(REPORTS).filter((name) => name.endsWith('.api.md')) : [];
}

function readCommitted(name: string): string | undefined {
  const file = join(REPORTS, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function difference(name: string, report: string): string {
  const [before, after] = [join(scratch, 'committed'), join(scratch, 'built')];
  writeFileSync(before, readCommitted(name) ?? '');
  writeFileSync(after, report);
  const diff = spawnSync('git', ['diff', '--no-index', '--no-color', before, after], { encoding: 'utf8' });
  // The first lines name temporary files.
  return diff.stdout.split('\n').slice(4).join('\n');
}
