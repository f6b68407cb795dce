// The nats-server series that the tests run against, and where to get each.

/**
 * @typedef {object} Series
 * @property {string} release the version among the project's own releases
 * @property {string} suite the Debian suite whose nats-server package is of this series
 */

/** @type {ReadonlyMap<string, Series>} */
export const SERIES = new Map([
  // The oldest that is supported.
  ['2.10', { release: '2.10.27', suite: 'trixie' }],
  // The newest that is tested.
  ['2.15', { release: '2.15.1', suite: 'forky' }],
]);

export const DEFAULT_SERIES = '2.15';
