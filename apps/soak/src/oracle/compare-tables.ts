/** A live entry of a bucket or a fold. */
export interface Row {
  readonly revision: number;
  readonly value: string;
}

export type Table = ReadonlyMap<string, Row>;

/** A key in which a fold differs from its bucket, in name, version or value. */
export interface Difference {
  readonly key: string;
  readonly due: Row | undefined;
  readonly held: Row | undefined;
}

/** How a fold differs from its bucket, in key order; empty: not at all. */
export function compareTables(bucket: Table, fold: Table): Difference[] {
  const keys = [...new Set([...bucket.keys(), ...fold.keys()])].sort();
  return keys.flatMap((key) => {
    const due = bucket.get(key);
    const held = fold.get(key);
    const isEqual = due?.revision === held?.revision && due?.value === held?.value;
    return isEqual ? [] : [{ key, due, held }];
  });
}

/** A difference in words. */
export function describeDifference({ key, due, held }: Difference): string {
  return `${key}: in the bucket ${describeRow(due)}, in the fold ${describeRow(held)}`;
}

/** A row in words, its value cut short. */
export function describeRow(row: Row | undefined): string {
  return row === undefined ? 'nothing' : `revision ${row.revision} = ${row.value.slice(0, 40)}`;
}
