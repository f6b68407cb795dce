#!/usr/bin/env node
// Installs a nats-server for the tests and prints the path of its binary.
//
//   node tooling/nats-server/install-nats-server.mjs [SERIES] [--from debian|release] [--releases URL]
import process from 'node:process';
import { parseArgs } from 'node:util';
import { debian } from './from-debian.mjs';
import { RELEASES, releaseArchives } from './from-release.mjs';
import { installNatsServer } from './installer.mjs';
import { DEFAULT_SERIES } from './series.mjs';

const USAGE = 'usage: install-nats-server.mjs [SERIES] [--from debian|release] [--releases URL]';

function parse() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { from: { type: 'string' }, releases: { type: 'string', default: RELEASES } },
  });
  const [series = DEFAULT_SERIES, unexpected] = positionals;
  if (unexpected !== undefined) throw new TypeError(`unexpected argument "${unexpected}"`);
  const all = [debian, releaseArchives(values.releases)];
  const sources = all.filter(({ name }) => values.from === undefined || name === values.from);
  if (sources.length === 0) throw new TypeError(`--from must be debian or release, not "${values.from}"`);
  return { series, sources };
}

/**
 * @param {unknown} error
 * @param {number} code
 */
function fail(error, code) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = code;
}

try {
  const { series, sources } = parse();
  try {
    console.log(await installNatsServer(series, { sources, report: (message) => console.error(message) }));
  } catch (error) {
    fail(error, 1);
  }
} catch (error) {
  fail(error, 2);
  console.error(USAGE);
}
