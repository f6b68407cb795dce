import { describe, expect, test } from 'vitest';
import { layOutFrame, type Scene } from './frame.js';
import { render } from './styled-text.js';

const scene: Scene = {
  elapsedMs: 12_345,
  chapter: { number: 4, total: 7, title: 'A node is killed, and comes back' },
  board: {
    source: 'nats-server 2.15.1 (process 4711, port 4222), bucket routes',
    head: 5_812,
    lookups: 1_234,
    rows: [
      {
        name: 'node-1',
        state: 'live',
        pid: 4_712,
        engine: 'log',
        revision: 5_812,
        lag: 0,
        entries: 4_012,
        delivered: 5_800,
        lookups: 401,
      },
      {
        name: 'node-2',
        state: 'killed',
        pid: undefined,
        engine: 'sqlite',
        revision: 5_611,
        lag: undefined,
        entries: 4_001,
        delivered: 5_611,
        lookups: 388,
      },
    ],
  },
  story: [
    { atMs: 0, kind: 'chapter', text: '1/7  A bucket full of routes' },
    { atMs: 300, kind: 'event', text: '4,000 routes are in the bucket' },
    { atMs: 9_900, kind: 'event', text: 'the last thing that happened, told in so many words that it wraps' },
  ],
};

function text(columns: number, rows: number): string[] {
  return layOutFrame(scene, { columns, rows }).map((line) => render(line, false));
}

describe('the frame', () => {
  test('shows the chapter, the bucket, every node and the story', () => {
    expect(text(100, 14)).toEqual([
      ' SLIPSTREAM  ■■■■□□□  A node is killed, and comes back                                       12.3 s ',
      '',
      '  nats-server 2.15.1 (process 4711, port 4222), bucket routes',
      '  revision 5,812, lookups 1,234',
      '',
      '  NODE      STATE          FOLD      REVISION      LAG     ROUTES   DELIVERED    LOOKUPS   PROCESS',
      '  node-1    ● live         log          5,812        0      4,012       5,800        401      4712',
      '  node-2    ✖ killed       sqlite       5,611        –      4,001       5,611        388         –',
      '',
      '   0.0  1/7  A bucket full of routes',
      '   0.3    4,000 routes are in the bucket',
      '   9.9    the last thing that happened, told in so many words that it wraps',
    ]);
  });

  test('never has more lines than the screen, nor wider ones', () => {
    for (let columns = 1; columns <= 120; columns += 7) {
      for (let rows = 1; rows <= 30; rows++) {
        const lines = text(columns, rows);
        expect(lines.length).toBeLessThanOrEqual(rows);
        for (const line of lines)
          expect([...line].length, `${columns} × ${rows}`).toBeLessThanOrEqual(columns);
      }
    }
  });

  test('keeps name, state and revision on a narrow screen', () => {
    const row = text(40, 20).find((line) => line.includes('node-2'));
    expect(row).toBe('  node-2    ✖ killed            5,611');
  });

  test('keeps the latest of the story on a low screen, wrapped', () => {
    expect(text(60, 11).slice(-2)).toEqual([
      '   9.9    the last thing that happened, told in so many',
      '          words that it wraps',
    ]);
  });

  test('colours nothing when colours are not wanted, and changes no text when they are', () => {
    const lines = layOutFrame(scene, { columns: 80, rows: 20 });
    const colored = lines.map((line) => render(line, true)).join('\n');
    const escapes = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
    expect(colored).toMatch(escapes);
    expect(colored.replaceAll(escapes, '')).toBe(text(80, 20).join('\n'));
  });
});
