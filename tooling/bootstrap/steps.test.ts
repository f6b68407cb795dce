import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { exitCodeOf, openStep, quietStep, runSteps } from './steps.mjs';

let printed: string[];

beforeEach(() => {
  printed = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => {
    printed.push(line.replace(/\d+\.\d s/, 'N s'));
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

const step = (title: string, script: string, options = {}) =>
  quietStep(title, ['sh', '-c', script], () => process.env, options);

const titles = async (steps: Parameters<typeof runSteps>[0]) =>
  (await runSteps(steps)).map((failure) => failure.step.title);

test('each step is announced and timed, and its output stays hidden', async () => {
  expect(await runSteps([step('First', 'echo hidden'), step('Second', 'true')])).toEqual([]);
  expect(printed).toEqual(['[1/2] First', '      done in N s', '[2/2] Second', '      done in N s']);
});

test('a warning is shown even by a step that succeeds', async () => {
  await runSteps([step('First', 'echo hidden; echo WARNING: not checked >&2')]);
  expect(printed).toEqual(['[1/1] First', '      WARNING: not checked', '      done in N s']);
});

test('a step that fails shows its output, and the next is run', async () => {
  expect(await titles([step('First', 'echo broken; exit 1'), step('Second', 'true')])).toEqual(['First']);
  expect(printed).toEqual([
    '[1/2] First',
    '      broken',
    '      FAILED in N s',
    '[2/2] Second',
    '      done in N s',
  ]);
});

test('of endless output, the end is shown', async () => {
  await runSteps([step('First', 'seq 1 1000; exit 1')]);
  expect(printed.slice(1, 3)).toEqual(['      (700 lines before these are left out)', '      701']);
  expect(printed.at(-2)).toBe('      1000');
});

test('a vital step that fails is the last', async () => {
  const steps = [step('First', 'exit 1', { vital: true }), step('Second', 'true')];
  expect(await titles(steps)).toEqual(['First']);
  expect(printed).not.toContain('[2/2] Second');
});

test('the exit code is that of a program with the terminal, when nothing else has failed', async () => {
  const program = openStep('Program', ['sh', '-c', 'exit 2'], () => process.env);
  expect(exitCodeOf(await runSteps([step('First', 'true'), program]))).toBe(2);
  expect(exitCodeOf(await runSteps([step('First', 'exit 3'), program]))).toBe(1);
  expect(exitCodeOf(await runSteps([step('First', 'exit 3')]))).toBe(1);
});

test('a step that throws has failed with its message', async () => {
  const act = () => Promise.reject(new Error('no such thing'));
  expect(await titles([{ title: 'First', act }])).toEqual(['First']);
  expect(printed).toContain('      no such thing');
});

test('a step that is silent for long reports that it is still running, and what it said last', async () => {
  vi.useFakeTimers();
  let finish = (_code: number) => {};
  const act = ({ keep }: { keep: (line: string) => void }) => {
    keep('downloading');
    return new Promise<number>((resolve) => {
      finish = resolve;
    });
  };
  const done = runSteps([{ title: 'First', act }]);
  await vi.advanceTimersByTimeAsync(25_000);
  finish(0);
  await done;
  vi.useRealTimers();
  expect(printed.filter((line) => line.endsWith('… N s downloading'))).toHaveLength(2);
});
