import { expect, test } from 'vitest';
import { propertySettings } from './property-settings.js';

test('the settings come from the environment, and are absent without it', () => {
  expect(propertySettings({ SLIPSTREAM_TEST_SEED: '42', SLIPSTREAM_TEST_RUNS: '500' })).toEqual({
    seed: 42,
    runs: 500,
  });
  expect(propertySettings({})).toEqual({ seed: undefined, runs: undefined });
  expect(propertySettings({ SLIPSTREAM_TEST_SEED: '' }).seed).toBeUndefined();
});

test.each([
  ['SLIPSTREAM_TEST_SEED', 'many'],
  ['SLIPSTREAM_TEST_SEED', '-1'],
  ['SLIPSTREAM_TEST_RUNS', '0'],
  ['SLIPSTREAM_TEST_RUNS', '1.5'],
])('%s=%s is refused', (name, value) => {
  expect(() => propertySettings({ [name]: value })).toThrow(RangeError);
});
