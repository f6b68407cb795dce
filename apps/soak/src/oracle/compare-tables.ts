/** A live entry of a bucket or a fold. */
export interface Row {
  readonly revision: number;
  readonly value: string;
}

export type Table = ReadonlyMap<string, Row>;

/** How a fold differs from its bucket in names, versions and values, a line for each key; empty: not at all. */
export function compareTables(bucket: Table, fold: Table): string[] {
  const keys = [...new Set([...bucket.keys(), ...fold.keys()])].sort();
  return keys.flatMap((key) => {
    const due = bucket.get(key);
    const held = fold.get(key);
    if (due?.revision === held?.revision && due?.value === held?.value) return [];
    return [`${key}: in the bucket ${describeRow(due)}, in the fold ${describeRow(held)}`];
  });
}

function describeRow(row: Row | undefined): string {
  return row === undefined ? 'nothing' : `revision ${row.revision} = ${row.value.slice(0, 40)}`;
}
