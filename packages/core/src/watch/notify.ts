import type { Observer } from './watch-observer.js';

/** Tells the observer. An observer that throws is a bug of its own: it surfaces, and the caller goes on. */
export function notify<Event>(observer: Observer<Event> | undefined, event: Event): void {
  try {
    observer?.(event);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
