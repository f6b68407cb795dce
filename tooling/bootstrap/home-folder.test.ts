import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { provideHome } from './home-folder.mjs';

let store: string;
let reports: string[];

beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), 'slipstream-home-'));
  reports = [];
});

afterEach(() => rmSync(store, { recursive: true }));

const provide = (env: NodeJS.ProcessEnv) =>
  provideHome(env, { store, report: (message) => reports.push(message) });

test('a home folder that can be written stays', async () => {
  const env = { HOME: store, npm_config_cache: join(store, '.npm') };
  await provide(env);
  expect(env).toEqual({ HOME: store, npm_config_cache: join(store, '.npm') });
  expect(reports).toEqual([]);
});

test('one that is not there is replaced, for npm too, and that is said', async () => {
  const env = { HOME: '/nonexistent', npm_config_cache: '/nonexistent/.npm' };
  await provide(env);
  expect(env).toEqual({ HOME: join(store, 'home') });
  expect(existsSync(env.HOME)).toBe(true);
  expect(reports).toEqual([expect.stringContaining('/nonexistent is not writable')]);
});

test('a cache that is kept elsewhere is left alone', async () => {
  const env = { HOME: '/nonexistent', npm_config_cache: store };
  await provide(env);
  expect(env.npm_config_cache).toBe(store);
});
