/**
 * @param name - Of the argument or option.
 * @throws {TypeError} when the path is empty: that would be the directory that the process happens to be in.
 */
export function assertPath(path: unknown, name: string): asserts path is string {
  if (typeof path === 'string' && path !== '') return;
  throw new TypeError(`${name} is a non-empty string, not ${JSON.stringify(path)}`);
}
