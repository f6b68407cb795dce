import { listOf, type PageReading, type RowPage } from './row-page.js';

/** Keys without their values. */
export const keyPages: PageReading<string> = Object.freeze({
  columns: 'key',
  aggregates: 'json_group_array(key)',
  pageOf([json]: readonly unknown[]): RowPage<string> {
    const keys = listOf(json).values();
    return {
      next() {
        const { done, value } = keys.next();
        return done ? undefined : String(value);
      },
    };
  },
});
