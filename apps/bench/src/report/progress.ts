/** Says how far the run has come, for those who wait for it. */
export interface Progress {
  /** Another comparison begins. */
  comparison(name: string, index: number, count: number): void;
  /** The progress of a phase; reported every few seconds only. */
  phase(what: string, done: number, whole: number): void;
}

const PHASE_EVERY_MS = 5_000;

/** Writes to `write`, a line at a time. */
export function lineProgress(write: (line: string) => void): Progress {
  let saidAt = performance.now();
  return {
    comparison(name, index, count) {
      saidAt = performance.now();
      write(`[${index + 1}/${count}] ${name}`);
    },
    phase(what, done, whole) {
      const now = performance.now();
      if (now - saidAt < PHASE_EVERY_MS) return;
      saidAt = now;
      write(`      … ${what}: ${Math.floor((100 * done) / whole)} %`);
    },
  };
}
