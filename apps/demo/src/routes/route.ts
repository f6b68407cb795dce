import type { SchemaResult, StandardSchema } from '@slipstream/core';

/** Where requests for a service go: the value of a key `route.<service>.<n>`. */
export interface Route {
  readonly target: string;
  readonly weight: number;
  readonly ttlSeconds: number;
  readonly region: string;
}

/** A {@link Route} by the Standard Schema interface, as zod, valibot and others would make it. */
export const routeSchema: StandardSchema<Route> = {
  '~standard': { version: 1, vendor: 'slipstream-demo', validate: validateRoute },
};

/** The bytes of a route in the bucket: its JSON, members in the order of the type. */
export function encodeRoute(route: Route): string {
  const { target, weight, ttlSeconds, region } = route;
  return JSON.stringify({ target, weight, ttlSeconds, region });
}

function validateRoute(value: unknown): SchemaResult<Route> {
  if (typeof value !== 'object' || value === null) return { issues: [{ message: 'not an object' }] };
  const { target, weight, ttlSeconds, region } = value as Record<string, unknown>;
  if (typeof target !== 'string') return { issues: [{ message: 'not a string', path: ['target'] }] };
  if (typeof weight !== 'number') return { issues: [{ message: 'not a number', path: ['weight'] }] };
  if (typeof ttlSeconds !== 'number') return { issues: [{ message: 'not a number', path: ['ttlSeconds'] }] };
  if (typeof region !== 'string') return { issues: [{ message: 'not a string', path: ['region'] }] };
  return { value: { target, weight, ttlSeconds, region } };
}
