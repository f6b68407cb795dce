import { describe, expect, test } from 'vitest';
import { VersionToken } from '../cursor/version-token.js';
import { WatchCursor } from '../cursor/watch-cursor.js';
import type { ErrorCode } from '../errors/error-code.js';
import { SlipstreamError } from '../errors/slipstream-error.js';
import type { KvEntry, KvUpdate } from '../kv/kv-entry.js';
import { settlePromises } from '../testing/index.js';
import { guardSnapshotStore } from './guarded-snapshot-store.js';
import type { SnapshotDriver } from './snapshot-driver.js';
import type { SnapshotStore } from './snapshot-store.js';

const capabilities = Object.freeze({
  durable: false,
  synchronousReads: true,
  synchronousRanges: true,
  checkpoint: true,
  checksums: false,
});
const version = (revision: number): VersionToken => VersionToken.fromRevision(revision);
const cursor = (revision: number, epoch = 'e1'): WatchCursor =>
  WatchCursor.of({ version: version(revision), epoch });

function put(key: string, revision: number): KvUpdate {
  return { kind: 'put', key, value: new Uint8Array([revision]), version: version(revision) };
}

/** An engine whose commits end when the test says so, and that records its calls. */
class RecordingDriver implements SnapshotDriver {
  readonly backend = 'recording';
  readonly formatVersion = '1';
  readonly capabilities = capabilities;
  readonly location = '/fold';
  readonly catchUpBatch = 7;
  readonly entries = new Map<string, KvEntry>();
  readonly calls: string[] = [];
  cursor: WatchCursor = WatchCursor.none;
  openRanges = 0;
  /** Set to make the next commits fail. */
  failure: unknown;
  #release: (() => void) | undefined;
  #held = false;

  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    this.#release?.();
  }

  async commit(updates: readonly KvUpdate[], to: WatchCursor): Promise<void> {
    this.calls.push(`commit ${updates.length} ${to.revision}`);
    if (this.#held) {
      await new Promise<void>((resolve) => {
        this.#release = resolve;
      });
    }
    if (this.failure !== undefined) throw this.failure;
    for (const update of updates) {
      if (update.kind === 'put') this.entries.set(update.key, update);
      else this.entries.delete(update.key);
    }
    this.calls.push('committed');
  }

  get(key: string): KvEntry | undefined {
    return this.entries.get(key);
  }

  *range(prefix: string): IterableIterator<KvEntry> {
    this.openRanges += 1;
    try {
      for (const [key, entry] of this.entries) if (key.startsWith(prefix)) yield entry;
    } finally {
      this.openRanges -= 1;
    }
  }

  stats(): { entries: number; bytes: number } {
    return { entries: this.entries.size, bytes: 0 };
  }

  /** Replaced by the tests of engines that have snapshots. */
  copy: (onSnapshot: () => void) => Promise<void> = async () => undefined;

  async checkpoint(directory: string, onSnapshot: () => void): Promise<void> {
    this.calls.push(`checkpoint ${directory}`);
    await this.copy(onSnapshot);
    this.calls.push('copied');
  }

  async settle(): Promise<void> {
    this.calls.push('settle');
  }

  close(): void {
    this.calls.push('close');
  }
}

function guarded(): { driver: RecordingDriver; store: SnapshotStore } {
  const driver = new RecordingDriver();
  return { driver, store: guardSnapshotStore(driver) };
}

async function codeOf(promise: Promise<unknown>): Promise<ErrorCode | undefined> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    if (!SlipstreamError.is(error)) throw error;
    return error.code;
  }
}

async function listed<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe('commits', () => {
  test('one runs at a time, in the order of the calls', async () => {
    const { driver, store } = guarded();
    driver.hold();
    const first = store.apply([put('a', 1)], cursor(1));
    const second = store.apply([put('a', 2), put('b', 2)], cursor(2));
    await settlePromises();
    expect(driver.calls).toEqual(['commit 1 1']);
    expect(store.cursor.isNone).toBe(true);
    driver.release();
    await Promise.all([first, second]);
    expect(driver.calls).toEqual(['commit 1 1', 'committed', 'commit 2 2', 'committed']);
    expect(store.cursor.equals(cursor(2))).toBe(true);
  });

  test('a checkpoint and a settle wait for the commit before them, and hold up the one after', async () => {
    const { driver, store } = guarded();
    driver.hold();
    const work = [
      store.apply([put('a', 1)], cursor(1)),
      store.checkpoint?.('/copy'),
      store.settle?.(),
      store.apply([], cursor(2)),
    ];
    await settlePromises();
    expect(driver.calls).toEqual(['commit 1 1']);
    driver.release();
    await Promise.all(work);
    expect(driver.calls).toEqual([
      'commit 1 1',
      'committed',
      'checkpoint /copy',
      'copied',
      'settle',
      'commit 0 2',
      'committed',
    ]);
  });

  test('continue during a checkpoint as soon as the engine has its snapshot, and the caller is notified', async () => {
    const { driver, store } = guarded();
    const { promise: snapshot, resolve: takeSnapshot } = Promise.withResolvers<void>();
    const { promise: copied, resolve: finishCopy } = Promise.withResolvers<void>();
    driver.copy = async (onSnapshot) => {
      await snapshot;
      onSnapshot();
      await copied;
    };
    const checkpoint = store.checkpoint?.('/copy', { onSnapshot: () => driver.calls.push('told') });
    const apply = store.apply([put('a', 1)], cursor(1));
    await settlePromises();
    expect(driver.calls).toEqual(['checkpoint /copy']);
    takeSnapshot();
    await apply;
    expect(driver.calls.toSorted()).toEqual(['checkpoint /copy', 'commit 1 1', 'committed', 'told']);
    finishCopy();
    await checkpoint;
    expect(driver.calls.at(-1)).toBe('copied');
  });

  test('a checkpoint that fails before it has a snapshot blocks nothing, and does not call `onSnapshot`', async () => {
    const { driver, store } = guarded();
    driver.copy = () => Promise.reject(new SlipstreamError('STORE_FAILED', 'disk full'));
    const onSnapshot = () => driver.calls.push('told');
    expect(await codeOf(store.checkpoint?.('/copy', { onSnapshot }) ?? Promise.resolve())).toBe(
      'STORE_FAILED',
    );
    await store.apply([put('a', 1)], cursor(1));
    expect(driver.calls).toEqual(['checkpoint /copy', 'commit 1 1', 'committed']);
  });

  test('the cursor moves after the commit, never back within an epoch, and not by an unknown version', async () => {
    const { driver, store } = guarded();
    await store.apply([put('a', 5)], cursor(5));
    await store.apply([put('a', 4)], cursor(4));
    expect(store.cursor.equals(cursor(5))).toBe(true);
    await store.apply([put('b', 6)], WatchCursor.none);
    expect(store.cursor.equals(cursor(5))).toBe(true);
    expect(driver.calls.filter((call) => call !== 'committed')).toEqual([
      'commit 1 5',
      'commit 1 5',
      'commit 1 5',
    ]);
    await store.apply([put('a', 1)], cursor(1, 'e2'));
    expect(store.cursor.equals(cursor(1, 'e2'))).toBe(true);
  });

  test('what changes nothing is not committed', async () => {
    const { driver, store } = guarded();
    await store.apply([], WatchCursor.none);
    await store.apply([], cursor(3));
    await store.apply([], cursor(3));
    await store.apply([], cursor(2));
    expect(driver.calls).toEqual(['commit 0 3', 'committed']);
  });

  test('a failed commit is STORE_FAILED with its cause, leaves the cursor, and can be repeated', async () => {
    const { driver, store } = guarded();
    driver.failure = new Error('disk full');
    const failed = store.apply([put('a', 1)], cursor(1));
    await expect(failed).rejects.toMatchObject({ code: 'STORE_FAILED', cause: driver.failure });
    await expect(failed).rejects.toThrow(/recording fold \/fold: .*disk full/);
    expect(store.cursor.isNone).toBe(true);
    driver.failure = undefined;
    await store.apply([put('a', 1)], cursor(1));
    expect(store.cursor.equals(cursor(1))).toBe(true);
  });

  test('an error that has a code already keeps it', async () => {
    const { driver, store } = guarded();
    driver.failure = new SlipstreamError('LIMIT_EXCEEDED', 'a key is too long');
    expect(await codeOf(store.apply([put('a', 1)], cursor(1)))).toBe('LIMIT_EXCEEDED');
  });

  test('a batch with one bad key or value never reaches the engine', async () => {
    const { driver, store } = guarded();
    for (const key of ['', '\ud800', 'a\udc00']) {
      expect(await codeOf(store.apply([put('good', 1), put(key, 2)], cursor(2)))).toBe('INVALID_KEY');
    }
    const notBytes = { ...put('a', 1), value: 'text' as unknown as Uint8Array };
    await expect(store.apply([notBytes], cursor(1))).rejects.toThrow(TypeError);
    const noKey = { ...put('a', 1), key: 1 as unknown as string };
    await expect(store.apply([noKey], cursor(1))).rejects.toThrow(TypeError);
    expect(driver.calls).toEqual([]);
  });
});

describe('reads', () => {
  test('pass through, with and without a promise', async () => {
    const { driver, store } = guarded();
    await store.apply([put('a', 1), put('b', 2), put('ba', 3)], cursor(3));
    expect((await store.get('a'))?.version.revision).toBe(1n);
    expect(store.sync?.get('a')).toBe(driver.entries.get('a'));
    expect((await store.getMany(['b', 'x', 'a'])).map((entry) => entry?.key)).toEqual(['b', undefined, 'a']);
    expect((await listed(store.range('b'))).map(({ key }) => key)).toEqual(['b', 'ba']);
    expect(await listed(store.keys(''))).toEqual(['a', 'b', 'ba']);
    expect([...(store.sync?.range?.('b', { limit: 1 }) ?? [])].map(({ key }) => key)).toEqual(['b']);
    expect(await store.stats()).toEqual({ entries: 3, bytes: 0 });
    expect([store.backend, store.formatVersion, store.catchUpBatch]).toEqual(['recording', '1', 7]);
    expect(store.capabilities).toBe(capabilities);
  });

  test('a range releases what the engine holds at its end, at its limit, and when it is left', async () => {
    const { driver, store } = guarded();
    await store.apply([put('a', 1), put('b', 2), put('c', 3)], cursor(3));
    await listed(store.range(''));
    await listed(store.range('', { limit: 2 }));
    for await (const _ of store.range('')) break;
    for (const _ of store.sync?.range?.('') ?? []) break;
    expect(driver.openRanges).toBe(0);
    expect(await listed(store.range('', { limit: 0 }))).toEqual([]);
  });

  test.each([-1, 1.5, Number.NaN])('a limit of %d is a mistake of the caller', async (limit) => {
    await expect(listed(guarded().store.range('', { limit }))).rejects.toThrow(RangeError);
  });
});

describe('closing', () => {
  test('waits for the commits before it, then closes the engine, once', async () => {
    const { driver, store } = guarded();
    driver.hold();
    const first = store.apply([put('a', 1)], cursor(1));
    const second = store.apply([put('a', 2)], cursor(2));
    await settlePromises();
    const closing = Promise.all([store.close(), store.close(), store[Symbol.asyncDispose]()]);
    expect(await codeOf(store.apply([put('a', 3)], cursor(3)))).toBe('CLOSED');
    driver.release();
    await Promise.all([first, second, closing]);
    expect(driver.calls).toEqual(['commit 1 1', 'committed', 'commit 1 2', 'committed', 'close']);
    expect(store.cursor.equals(cursor(2))).toBe(true);
  });

  test('waits for a copy that is being made', async () => {
    const { driver, store } = guarded();
    const { promise: copied, resolve: finishCopy } = Promise.withResolvers<void>();
    driver.copy = async (onSnapshot) => {
      onSnapshot();
      await copied;
    };
    const checkpoint = store.checkpoint?.('/copy');
    await settlePromises();
    const closing = store.close();
    await settlePromises();
    expect(driver.calls).toEqual(['checkpoint /copy']);
    finishCopy();
    await Promise.all([checkpoint, closing]);
    expect(driver.calls).toEqual(['checkpoint /copy', 'copied', 'close']);
  });

  test('makes every operation reject with CLOSED', async () => {
    const { driver, store } = guarded();
    await store.close();
    expect(await codeOf(store.apply([], cursor(1)))).toBe('CLOSED');
    expect(await codeOf(store.get('a'))).toBe('CLOSED');
    expect(await codeOf(store.getMany(['a']))).toBe('CLOSED');
    expect(await codeOf(listed(store.range('')))).toBe('CLOSED');
    expect(await codeOf(listed(store.keys('')))).toBe('CLOSED');
    expect(await codeOf(store.stats())).toBe('CLOSED');
    expect(await codeOf(store.checkpoint?.('/copy') ?? Promise.resolve())).toBe('CLOSED');
    expect(await codeOf(store.settle?.() ?? Promise.resolve())).toBe('CLOSED');
    expect(() => store.sync?.get('a')).toThrow(/recording fold \/fold is closed/);
    expect(driver.calls).toEqual(['close']);
  });

  test('ends the ranges that are open before the engine closes', async () => {
    const { driver, store } = guarded();
    await store.apply([put('a', 1), put('b', 2)], cursor(2));
    const range = store.range('')[Symbol.asyncIterator]();
    const synchronous = store.sync?.range?.('')[Symbol.iterator]();
    await range.next();
    synchronous?.next();
    expect(driver.openRanges).toBe(2);
    const close = driver.close.bind(driver);
    driver.close = () => {
      driver.calls.push(`${driver.openRanges} ranges open`);
      close();
    };
    await store.close();
    expect(driver.calls.slice(-2)).toEqual(['0 ranges open', 'close']);
    expect(await codeOf(range.next())).toBe('CLOSED');
    expect(() => synchronous?.next()).toThrow(/is closed/);
  });
});

describe('errors of the engine', () => {
  /** Every method of the driver throws `failure`, as soon as it is called or the first item is asked for. */
  function failing(failure: unknown, changes: Partial<SnapshotDriver> = {}): SnapshotStore {
    const fail = (): never => {
      throw failure;
    };
    const iterate = (): IterableIterator<never> => ({
      next: fail,
      [Symbol.iterator]() {
        return this;
      },
    });
    return guardSnapshotStore({
      backend: 'failing',
      formatVersion: '1',
      capabilities,
      location: '/fold',
      cursor: WatchCursor.none,
      commit: fail,
      get: fail,
      range: iterate,
      keys: iterate,
      stats: fail,
      checkpoint: fail,
      settle: async () => fail(),
      close: fail,
      ...changes,
    });
  }

  const operations: readonly [string, RegExp, (store: SnapshotStore) => unknown][] = [
    ['apply', /a commit \(updates: 1\)/, (store) => store.apply([put('a', 1)], cursor(1))],
    ['get', /reading key "a"/, (store) => store.get('a')],
    ['getMany', /reading key "a"/, (store) => store.getMany(['a'])],
    ['range', /reading the range "p"/, (store) => listed(store.range('p'))],
    ['keys', /reading the range "p"/, (store) => listed(store.keys('p'))],
    ['sync.get', /reading key "a"/, async (store) => store.sync?.get('a')],
    ['sync.range', /reading the range "p"/, async (store) => [...(store.sync?.range?.('p') ?? [])]],
    ['stats', /measuring its size/, (store) => store.stats()],
    ['checkpoint', /a checkpoint into \/copy/, (store) => store.checkpoint?.('/copy')],
    ['settle', /settling/, (store) => store.settle?.()],
    ['close', /closing/, (store) => store.close()],
  ];

  test.each(operations)('%s rejects with STORE_FAILED that says where and what', async (_, what, run) => {
    const failure = new Error('the disk');
    const failed = Promise.resolve(run(failing(failure)));
    await expect(failed).rejects.toMatchObject({ code: 'STORE_FAILED', cause: failure });
    await expect(failed).rejects.toThrow(new RegExp(`^failing fold /fold: ${what.source} failed: the disk$`));
  });

  test.each(operations)('%s rejects with what the driver makes of it', async (_, what, run) => {
    const mapError: SnapshotDriver['mapError'] = (error, attempt) =>
      new SlipstreamError('CORRUPTED', `${attempt}: ${error}`, { cause: error });
    const failed = Promise.resolve(run(failing('a bad page', { mapError })));
    await expect(failed).rejects.toMatchObject({ code: 'CORRUPTED', cause: 'a bad page' });
    await expect(failed).rejects.toThrow(what);
  });

  test('a range that is read in pages rejects with STORE_FAILED, too', async () => {
    const failure = new Error('the disk');
    const rangePages = (): AsyncIterable<never> => ({
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(failure) }),
    });
    const failed = listed(failing(failure, { rangePages }).range('p'));
    await expect(failed).rejects.toMatchObject({ code: 'STORE_FAILED', cause: failure });
  });

  test('mistakes in arguments stay TypeError and RangeError; those of a commit were checked before', async () => {
    for (const mistake of [new TypeError('prefix'), new RangeError('limit')]) {
      await expect(listed(failing(mistake).range('p'))).rejects.toBe(mistake);
      await expect(failing(mistake).get('a')).rejects.toBe(mistake);
      expect(await codeOf(failing(mistake).apply([put('a', 1)], cursor(1)))).toBe('STORE_FAILED');
    }
  });

  test('an iteration that cannot be ended does not keep the engine open', async () => {
    let isClosed = false;
    const store = failing(undefined, {
      range: () => ({
        [Symbol.iterator]: () => ({
          next: () => ({ done: false, value: put('a', 1) }),
          return: () => {
            throw new Error('the disk');
          },
        }),
      }),
      close: () => {
        isClosed = true;
      },
    });
    store.sync?.range?.('')[Symbol.iterator]().next();
    expect(await codeOf(store.close())).toBe('STORE_FAILED');
    expect(isClosed).toBe(true);
  });
});
