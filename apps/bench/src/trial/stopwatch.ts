/** Wall and CPU time of what this process does between `start` and `stop`, as often as that happens. */
export class Stopwatch {
  #wallMs = 0;
  #cpuMicroseconds = 0;
  #startedAt = 0;
  #cpuBefore: NodeJS.CpuUsage = { user: 0, system: 0 };

  /** One that runs. */
  static start(): Stopwatch {
    const watch = new Stopwatch();
    watch.start();
    return watch;
  }

  start(): void {
    this.#cpuBefore = process.cpuUsage();
    this.#startedAt = performance.now();
  }

  stop(): void {
    this.#wallMs += performance.now() - this.#startedAt;
    const { user, system } = process.cpuUsage(this.#cpuBefore);
    this.#cpuMicroseconds += user + system;
  }

  get seconds(): number {
    return this.#wallMs / 1_000;
  }

  /** Of all threads of the process. */
  get cpuSeconds(): number {
    return this.#cpuMicroseconds / 1_000_000;
  }
}
