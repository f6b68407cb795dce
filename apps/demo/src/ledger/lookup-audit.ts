import type { Ledger } from './ledger.js';

/** What a node answered to a lookup. */
export interface LookupAnswer {
  readonly node: string;
  readonly key: string;
  /** The revision that the node claimed to have applied when it answered. */
  readonly applied: number;
  /** `undefined`: the route does not exist. */
  readonly route: { readonly revision: number; readonly value: string } | undefined;
  /** When it arrived, by `performance.now()`. */
  readonly answeredAtMs: number;
}

/** What became of the lookups of one stretch of the run. */
export interface LookupTally {
  readonly right: number;
  /** What was wrong with the others, each as one sentence. */
  readonly wrong: readonly string[];
  /** Lookups without an answer, each with the reason. */
  readonly failed: readonly string[];
}

/**
 * Judges answers by the ledger. A node may lag behind the bucket, and says how far; an answer is right when it
 * is what the ledger has of the key, and not older than what the node claims to have applied. That is cursor
 * authority, as seen from outside.
 *
 * One allowance: of a key that was changed again, before the answer and beyond what the node has applied, an
 * older change is right, too. The bucket keeps one change per key, so what lies between may never be delivered.
 *
 * The ledger is complete only when no write is under way, so answers are gathered and judged later.
 */
export class LookupAudit {
  #answers: LookupAnswer[] = [];
  #failed: string[] = [];

  /** Lookups since the last {@link settle}, answered or not. */
  get count(): number {
    return this.#answers.length + this.#failed.length;
  }

  answered(answer: LookupAnswer): void {
    this.#answers.push(answer);
  }

  failed(reason: string): void {
    this.#failed.push(reason);
  }

  /** Judges everything gathered, and starts over. To be called when no write is in flight. */
  settle(ledger: Ledger): LookupTally {
    const wrong = this.#answers.flatMap((answer) => faultOf(answer, ledger) ?? []);
    const tally = { right: this.#answers.length - wrong.length, wrong, failed: this.#failed };
    this.#answers = [];
    this.#failed = [];
    return tally;
  }
}

/** What is wrong with an answer; `undefined`: nothing. */
function faultOf(
  { node, key, applied, route, answeredAtMs }: LookupAnswer,
  ledger: Ledger,
): string | undefined {
  const records = ledger.of(key);
  const given = records.find(({ revision }) => revision === route?.revision);
  if (route !== undefined && given?.value !== route.value) {
    return `${node} has ${key} at revision ${route.revision} as ${route.value}, which was never written`;
  }
  const overtaken = records.some((each) => each.revision > applied && each.sentAtMs <= answeredAtMs);
  if (overtaken) return undefined;

  // Nothing is left that the node could not know of: the answer is the last change that it has applied.
  const due = records.findLast(({ revision }) => revision <= applied);
  if (due === given || (due?.value === undefined && route === undefined)) return undefined;
  const answer = route === undefined ? 'is not there' : `is of revision ${route.revision}`;
  return `${node} says that ${key} ${answer}, having applied revision ${applied}; due is ${due?.revision}`;
}
