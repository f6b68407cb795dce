/** @throws {TypeError} when an option that is given is not a function: the name says which. */
export function assertFunctions(options: Readonly<Record<string, unknown>>): void {
  for (const [name, option] of Object.entries(options)) {
    if (option === undefined || typeof option === 'function') continue;
    throw new TypeError(`${name} has to be a function, not ${option === null ? 'null' : typeof option}`);
  }
}
