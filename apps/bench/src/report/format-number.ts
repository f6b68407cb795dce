/** Three digits that count, and a separator for thousands: `1 234`, `12.3`, `0.012`. */
export function formatNumber(value: number): string {
  const rounded = Number(value.toPrecision(3));
  if (Math.abs(rounded) < 1_000) return String(rounded);
  return Math.round(value).toLocaleString('en-US').replaceAll(',', ' ');
}

/** A share as percent. */
export function formatShare(share: number): string {
  return `${Math.round(share * 100)} %`;
}
