import { promiseHooks } from 'node:v8';

/** Counts the promises that are made in this thread from now on, until the function returned is called. */
export function countPromises(): () => number {
  let count = 0;
  const stop = promiseHooks.onInit(() => {
    count += 1;
  }) as () => void;
  return () => {
    stop();
    return count;
  };
}
