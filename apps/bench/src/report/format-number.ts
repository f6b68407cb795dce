/** Three digits that count, and a separator for thousands: `1 234`, `12.3`, `0.012`. */
export function formatNumber(value: number): string {
  if (value === 0) return '0';
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  if (magnitude >= 3) return Math.round(value).toLocaleString('en-US').replaceAll(',', ' ');
  return String(Number(value.toPrecision(3)));
}

/** A share as percent. */
export function formatShare(share: number): string {
  return `${Math.round(share * 100)} %`;
}
