import type { ArrivedUpdate } from '../../src/watch/packed-updates.js';

/** A put as it is reported when it has arrived. */
export function arrivedPut(key: string, sequence: number, value: Buffer = Buffer.alloc(1)): ArrivedUpdate {
  const line = Buffer.from(key);
  return {
    kind: 'put',
    sequence,
    line,
    keyStart: 0,
    keyEnd: line.length,
    body: value,
    valueStart: 0,
    valueEnd: value.length,
  };
}
