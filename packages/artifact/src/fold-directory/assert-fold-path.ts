import { assertPath } from '../file-system/assert-path.js';

/** @throws {TypeError} when the option `path` of a fold is not a path. */
export function assertFoldPath(path: unknown): asserts path is string {
  assertPath(path, 'path');
}
