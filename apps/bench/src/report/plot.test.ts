import { expect, test } from 'vitest';
import { fixedResults } from '../../test/support/fixed-results.js';
import { familiesOf } from './families.js';
import { familyPlot } from './plot.js';

const [hydrate = '', stall = ''] = familiesOf(fixedResults).map(familyPlot);

function bars(svg: string): { kind: string; width: number }[] {
  return [...svg.matchAll(/<rect class="(\w+)" x="220" y="\d+" width="([\d.]+)"/g)].map(
    ([, kind, width]) => ({
      kind: String(kind),
      width: Number(width),
    }),
  );
}

test('a family has one bar per figure; the line in the middle is the target, or the peer', () => {
  expect(hydrate).toContain('<line class="line" x1="380"');
  expect(bars(hydrate)).toEqual([
    // 2.5 of 2: a quarter past the line.
    { kind: 'met', width: 200 },
    // Half of the peer's.
    { kind: 'reported', width: 80 },
  ]);
});

test('a bar that is too long is cut, and says so; a figure that is held against nothing has none', () => {
  expect(bars(stall)).toEqual([
    { kind: 'missed', width: 320 },
    { kind: 'reported', width: 0 },
  ]);
  expect(stall).toContain('>→ 90.1 ms (≤ 20 ms)<');
  expect(stall).toContain('>12 ms<');
});

test('it is well-formed, and can be read on a bright and on a dark page', () => {
  for (const svg of [hydrate, stall]) {
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(svg.match(/<text /g)).toHaveLength(svg.match(/<\/text>/g)?.length ?? 0);
    expect(svg).toContain('prefers-color-scheme: dark');
    expect(svg).not.toContain('background');
  }
});
