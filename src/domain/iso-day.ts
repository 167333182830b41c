/** The day of an instant, UTC: 2026-10-03. */
export function isoDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, "2026-10-03".length);
}
