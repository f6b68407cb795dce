import { describe, expect, test } from 'vitest';
import { checkProtocol } from './check-protocol.ts';
import { explore } from './explore.ts';
import { mutants } from './mutants.ts';
import { production } from './protocol.ts';

const DEADLINE_MS = 120_000;

test('an exploration finds the shortest way into a violation', () => {
  const counting = {
    initial: 0,
    *steps(state: number) {
      yield { name: 'add 1', to: (state + 1) % 10 };
      yield { name: 'add 3', to: (state + 3) % 10 };
    },
    violation: (state: number) => (state === 5 ? 'five' : undefined),
  };
  expect(explore(counting).counterexample).toMatchObject({ violation: 'five', trace: { length: 3 } });
  expect(explore({ ...counting, violation: () => undefined })).toEqual({
    states: 10,
    counterexample: undefined,
  });
});

describe('the replication protocol, explored to the end', { timeout: DEADLINE_MS }, () => {
  test('as it is, violates nothing', () => {
    const { states, counterexample } = checkProtocol(production);
    expect(counterexample).toBeUndefined();
    expect(states).toBeGreaterThan(100_000);
  });

  test.each(mutants)('violates something when $defect', ({ protocol }) => {
    expect(checkProtocol(protocol).counterexample?.trace.length).toBeGreaterThan(0);
  });
});
