/**
 * The part of the Standard Schema interface, version 1, that a replica calls; zod, valibot, arktype and
 * others implement it. The specification asks for the types to be declared where they are used, so that
 * it does not become a dependency.
 */
export interface StandardSchema<Output> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
  };
}

/** What a validation came to: a value without issues, or issues. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** One thing that is wrong with a value. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Whether a schema is one by the specification. */
export function isStandardSchema<V>(schema: StandardSchema<V> | object): schema is StandardSchema<V> {
  return '~standard' in schema;
}
