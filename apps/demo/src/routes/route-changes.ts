import { pick } from './pick.js';
import { encodeRoute } from './route.js';

/** A change to be made: a value, or `undefined` for a delete. */
export interface RouteChange {
  readonly key: string;
  readonly value: string | undefined;
}

const services = ['auth', 'billing', 'cart', 'catalog', 'feed', 'mail', 'media', 'orders', 'search', 'users'];
const regions = ['ams', 'bom', 'fra', 'gru', 'iad', 'nrt', 'sin', 'syd'];

/**
 * Invents the changes of a run, all from one seed: most replace a route, some delete one, some add one.
 * Knows the keys that are live once the changes it gave out have been made.
 */
export class RouteChanges {
  readonly #random: () => number;
  readonly #live: string[] = [];
  readonly #known: string[] = [];

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Every key there ever was, live or not. */
  get known(): readonly string[] {
    return this.#known;
  }

  /** `count` new routes. */
  *additions(count: number): Generator<RouteChange> {
    for (let index = 0; index < count; index++) yield this.#add();
  }

  /** Changes without end; the same key may come up again and again. */
  *churn(): Generator<RouteChange> {
    for (;;) yield this.#change(new Set());
  }

  /** `count` changes, no two of one key: all of them are still there in a bucket that keeps one per key. */
  *distinct(count: number): Generator<RouteChange> {
    const touched = new Set<string>();
    for (let index = 0; index < count; index++) {
      const change = this.#change(touched);
      touched.add(change.key);
      yield change;
    }
  }

  #change(touched: ReadonlySet<string>): RouteChange {
    const chance = this.#random();
    const place = chance < 0.1 ? undefined : this.#place(touched);
    const key = place === undefined ? undefined : this.#live[place];
    if (place === undefined || key === undefined) return this.#add();
    if (chance < 0.9) return { key, value: this.#value() };
    // The last key takes the place of the deleted one: the order does not matter.
    const last = this.#live.pop();
    if (last !== undefined && place < this.#live.length) this.#live[place] = last;
    return { key, value: undefined };
  }

  #add(): RouteChange {
    const place = this.#known.length;
    const key = `route.${services[place % services.length]}.${Math.floor(place / services.length)}`;
    this.#known.push(key);
    this.#live.push(key);
    return { key, value: this.#value() };
  }

  /** Where a live key is that was not touched; `undefined` when hardly any is left. */
  #place(touched: ReadonlySet<string>): number | undefined {
    for (let attempt = 0; attempt < 100; attempt++) {
      const place = Math.floor(this.#random() * this.#live.length);
      const key = this.#live[place];
      if (key !== undefined && !touched.has(key)) return place;
    }
    return undefined;
  }

  #value(): string {
    const host = `10.${this.#byte()}.${this.#byte()}.${this.#byte()}`;
    return encodeRoute({
      target: `http://${host}:8080`,
      weight: 1 + Math.floor(this.#random() * 100),
      ttlSeconds: pick(this.#random, [5, 30, 60, 300]),
      region: pick(this.#random, regions),
    });
  }

  #byte(): number {
    return Math.floor(this.#random() * 256);
  }
}
