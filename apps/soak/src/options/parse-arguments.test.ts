import { expect, test } from 'vitest';
import { parseArguments } from './parse-arguments.js';

const parse = (...args: string[]): ReturnType<typeof parseArguments> => parseArguments(args, () => 0.5);

test('without arguments a minute is soaked, with a seed of its own, on one server', () => {
  expect(parse()).toEqual({ kind: 'run', options: { minutes: 1, seed: 2_147_483_647, cluster: false } });
});

test('what is given is taken', () => {
  expect(parse('--minutes', '0.25', '--seed', '42', '--cluster')).toEqual({
    kind: 'run',
    options: { minutes: 0.25, seed: 42, cluster: true },
  });
  expect(parse('--help')).toEqual({ kind: 'help' });
});

test.each([
  ['--minutes', 'ten'],
  ['--minutes', '0'],
  ['--minutes', '1441'],
  ['--seed', '-1'],
  ['--seed', '1.5'],
  ['--seed', '4294967296'],
  ['--cluster=yes', ''],
  ['--minuets', '1'],
  ['10', ''],
])('%s %s is a mistake, and named', (option, value) => {
  const [name = ''] = option.split('=');
  const args = value === '' ? [option] : [`${option}=${value}`];
  expect(parse(...args)).toEqual({ kind: 'mistake', reason: expect.stringContaining(name) });
});
