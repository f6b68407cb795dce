import { describe, expect, test } from 'vitest';
import type { CaseRun, ConformanceCase, SuiteDefinition, SuiteHarness } from './conformance-case.js';
import { defineSuite } from './define-suite.js';
import { planSuite } from './plan-suite.js';

interface Context {
  readonly run: CaseRun;
}
type Need = 'wings' | 'fins';

const nothing = async (): Promise<void> => undefined;
const fail = async (): Promise<void> => {
  throw new Error('the reason');
};

function suiteOf(
  ...cases: readonly ConformanceCase<Context, Need>[]
): SuiteDefinition<SuiteHarness, Context, Need> {
  return {
    name: 'Animal',
    cases,
    requirements: {
      wings: { isMet: () => false, reason: 'it has no wings' },
      fins: { isMet: () => true, reason: 'it has no fins' },
    },
    createContext: (_, run) => ({ run }),
  };
}

const harness: SuiteHarness = { name: 'fish', property: { seed: 7, runs: 3 } };

function only(conformanceCase: ConformanceCase<Context, Need>, given: SuiteHarness = harness) {
  const [planned] = planSuite(suiteOf(conformanceCase), given);
  if (planned === undefined) throw new Error('nothing is planned');
  return planned;
}

describe('a planned case', () => {
  test('has the id and the guarantee in its title', () => {
    const planned = only({ id: 'body/swims', guarantee: 'it swims', needs: ['fins'], run: nothing });
    expect(planned).toMatchObject({ title: '[body/swims] it swims', group: 'body', skipped: undefined });
  });

  test('is skipped with the reason in its title when the harness lacks what it needs', () => {
    const planned = only({ id: 'body/flies', guarantee: 'it flies', needs: ['fins', 'wings'], run: nothing });
    expect(planned.skipped).toBe('it has no wings');
    expect(planned.title).toBe('[body/flies] it flies (skipped: it has no wings)');
  });

  test('that fails names the guarantee, the seed and what happened', async () => {
    const planned = only({ id: 'body/swims', guarantee: 'it swims', run: fail });
    await expect(planned.run()).rejects.toMatchObject({
      name: 'ConformanceError',
      caseId: 'body/swims',
      guarantee: 'it swims',
      message: '[body/swims] does not hold: it swims (seed 7)\nthe reason',
      cause: { message: 'the reason' },
    });
  });

  test('gets seed and number of runs from the harness', async () => {
    let seen: unknown;
    await only({
      id: 'body/random',
      guarantee: 'it varies',
      async run({ run }) {
        seen = [run.seed, run.runs(100)];
      },
    }).run();
    expect(seen).toEqual([7, 3]);
  });

  test('closes what it owns, the latest first, also when its body throws', async () => {
    const closed: string[] = [];
    const owned = (name: string) => ({ [Symbol.asyncDispose]: async () => void closed.push(name) });
    const planned = only({
      id: 'body/owns',
      guarantee: 'it owns',
      async run({ run }) {
        run.signal.addEventListener('abort', () => void closed.push('signal'));
        run.own(owned('first'));
        run.own(owned('second'));
        await fail();
      },
    });
    await expect(planned.run()).rejects.toThrow('the reason');
    expect(closed).toEqual(['signal', 'second', 'first']);
  });

  test('fails when what it owns does not close', async () => {
    const planned = only({
      id: 'body/leaks',
      guarantee: 'it closes',
      async run({ run }) {
        run.own({ [Symbol.asyncDispose]: fail });
      },
    });
    await expect(planned.run()).rejects.toThrow('the reason');
  });

  test('reports what its body threw and every close that failed', async () => {
    const dispose = (reason: string) => ({ [Symbol.asyncDispose]: () => Promise.reject(new Error(reason)) });
    const planned = only({
      id: 'body/leaks',
      guarantee: 'it closes',
      async run({ run }) {
        run.own(dispose('the first leaks'));
        run.own(dispose('the second leaks'));
        await fail();
      },
    });
    await expect(planned.run()).rejects.toThrow(/the reason\n.*\nthe second leaks\nthe first leaks$/);
  });

  test('fails at its deadline when it hangs', async () => {
    const hanging = {
      id: 'body/hangs',
      guarantee: 'it ends',
      run: () => new Promise<void>(nothing),
    } as const;
    await expect(only(hanging, { ...harness, caseDeadlineMs: 20 }).run()).rejects.toThrow(
      /longer than 20 ms/,
    );
    expect(only(hanging).timeoutMs).toBeGreaterThan(20_000);
  });
});

describe('a known failure', () => {
  const knownFailures = { 'body/swims': 'the pool is empty' };

  test('passes as long as the case fails, with the reason in the title', async () => {
    const planned = only(
      { id: 'body/swims', guarantee: 'it swims', run: fail },
      { ...harness, knownFailures },
    );
    expect(planned.title).toBe('[body/swims] it swims (known failure: the pool is empty)');
    await planned.run();
  });

  test('fails the run when the case passes', async () => {
    const planned = only(
      { id: 'body/swims', guarantee: 'it swims', run: nothing },
      { ...harness, knownFailures },
    );
    await expect(planned.run()).rejects.toThrow(/passes now.*the pool is empty/);
  });

  test('of a case that does not exist is refused at definition', () => {
    const suite = suiteOf({ id: 'body/flies', guarantee: 'it flies', run: nothing });
    expect(() => planSuite(suite, { ...harness, knownFailures })).toThrow(/names a case.*body\/swims/);
  });
});

test('a suite is declared in groups, with its skipped cases', () => {
  const declared: string[] = [];
  const skip = (name: string) => void declared.push(`skip ${name}`);
  const runner = {
    describe(name: string, body: () => void) {
      declared.push(`describe ${name}`);
      body();
    },
    test: Object.assign((name: string) => void declared.push(`test ${name}`), { skip }),
  };
  const suite = suiteOf(
    { id: 'body/swims', guarantee: 'it swims', run: nothing },
    { id: 'mind/thinks', guarantee: 'it thinks', run: nothing },
    { id: 'body/flies', guarantee: 'it flies', needs: ['wings'], run: nothing },
  );
  defineSuite(runner, suite, harness);
  expect(declared).toEqual([
    'describe Animal: fish',
    'describe body',
    'test [body/swims] it swims',
    'skip [body/flies] it flies (skipped: it has no wings)',
    'describe mind',
    'test [mind/thinks] it thinks',
  ]);
});

test('what a body opens after its deadline is closed, too', async () => {
  const closed = Promise.withResolvers<void>();
  const planned = only(
    {
      id: 'body/late',
      guarantee: 'it is in time',
      async run({ run }) {
        await new Promise((resolve) => run.signal.addEventListener('abort', resolve));
        await new Promise((resolve) => setTimeout(resolve, 0));
        run.own({ [Symbol.asyncDispose]: async () => closed.resolve() });
      },
    },
    { ...harness, caseDeadlineMs: 20 },
  );
  await expect(planned.run()).rejects.toThrow(/longer than 20 ms/);
  await closed.promise;
});
