import { describe, expect, test } from 'vitest';
import { helpText } from './help-text.js';
import { parseArguments } from './parse-arguments.js';

describe('the command line', () => {
  test('without arguments, everything has its default', () => {
    expect(parseArguments([])).toEqual({
      kind: 'run',
      options: {
        nodes: 3,
        routes: 4_000,
        changes: 800,
        ratePerSecond: 400,
        seed: 1,
        dataDirectory: undefined,
        natsUrl: undefined,
        memory: false,
        plain: false,
      },
    });
  });

  test('every option is taken', () => {
    const args = '--nodes 2 --routes 50 --changes=20 --rate 900 --seed 0 --data /d --nats nats://h:1 --plain';
    expect(parseArguments(args.split(' '))).toEqual({
      kind: 'run',
      options: {
        nodes: 2,
        routes: 50,
        changes: 20,
        ratePerSecond: 900,
        seed: 0,
        dataDirectory: '/d',
        natsUrl: 'nats://h:1',
        memory: false,
        plain: true,
      },
    });
  });

  test('--help asks for the help, which names every option', () => {
    expect(parseArguments(['--help'])).toEqual({ kind: 'help' });
    for (const name of ['nodes', 'routes', 'changes', 'rate', 'seed', 'data', 'nats', 'memory', 'plain']) {
      expect(helpText).toContain(`--${name} `);
    }
  });

  test.each([
    ['--bogus', '--bogus'],
    ['extra', 'extra'],
    ['--nodes', '--nodes'],
    ['--nodes 0', '--nodes is 0, not a whole number from 1 to 16'],
    ['--nodes 17', '--nodes is 17'],
    ['--nodes 1.5', '--nodes is 1.5'],
    ['--nodes many', '--nodes is many'],
    ['--seed=', '--seed is empty'],
    ['--routes 20 --changes 50', '--changes is 50, more than half of the 20 routes'],
    ['--nats http://h', '--nats is http://h'],
    ['--nats nats://h --memory', '--nats and --memory'],
    ['--plain=yes', '--plain'],
  ])('%s is refused with a reason that names it', (args, reason) => {
    expect(parseArguments(args.split(' '))).toEqual({
      kind: 'mistake',
      reason: expect.stringContaining(reason),
    });
  });
});
