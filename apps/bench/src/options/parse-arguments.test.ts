import { expect, test } from 'vitest';
import { parseArguments } from './parse-arguments.js';

const NAMES = ['hydrate/log', 'hydrate/log/cpu', 'apply/lmdb/catch-up'];

test('without arguments, everything is measured three times in its quick size', () => {
  expect(parseArguments([], NAMES)).toEqual({
    kind: 'run',
    options: {
      only: [],
      entries: 'quick',
      runs: 3,
      from: [],
      json: undefined,
      plot: undefined,
      report: undefined,
    },
  });
});

test('every option is read, also after the dashes that pnpm passes on', () => {
  const args = ['--only', 'hydrate', '--only', 'apply/lmdb', '--entries', '500', '--runs', '2'];
  const files = ['--json', 'a.json', '--plot', 'plots', '--report', 'b.md', '--from', 'c.json'];
  expect(parseArguments(['--', ...args, ...files], NAMES)).toEqual({
    kind: 'run',
    options: {
      only: ['hydrate', 'apply/lmdb'],
      entries: 500,
      runs: 2,
      from: ['c.json'],
      json: 'a.json',
      plot: 'plots',
      report: 'b.md',
    },
  });
});

test('sizes may be asked for by their names', () => {
  expect(parseArguments(['--entries', 'full'], NAMES)).toMatchObject({ options: { entries: 'full' } });
});

test.for([
  [['--only', 'get'], '--only is get'],
  [['--only', ''], '--only is'],
  [['--entries', '0'], '--entries is 0'],
  [['--entries', '1e5'], '--entries is 1e5'],
  [['--entries', '10000001'], '--entries is 10000001'],
  [['--runs', '-1'], '--runs'],
  [['--runs', '101'], '--runs is 101'],
  [['--fast'], '--fast'],
  [['now'], 'now'],
] as const)('what makes no sense is named: %j', ([args, named]) => {
  expect(parseArguments(args, NAMES)).toEqual({ kind: 'mistake', reason: expect.stringContaining(named) });
});

test('help and the list go before everything else that is well-formed', () => {
  expect(parseArguments(['--help', '--runs', '2'], NAMES)).toEqual({ kind: 'help' });
  expect(parseArguments(['--list'], NAMES)).toEqual({ kind: 'list' });
});
