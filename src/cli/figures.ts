import { Big } from "big.js";

/** Dollars and cents from a decimal string: `$8.41`, `-$1.20`; what rounds to nothing has no sign. */
export function dollars(usd: string): string {
  return signed(new Big(usd), "");
}

/** A difference between two amounts with its sign: `+$15.69`; `+$0.00` for one of less than half a cent. */
export function difference(fromUsd: string, toUsd: string): string {
  return signed(new Big(toUsd).minus(fromUsd), "+");
}

/** How long something took: `6.8 s`, then `1:37`, then `1:02:05`. */
export function duration(ms: number): string {
  if (ms < 60_000) return `${(Math.max(0, ms) / 1_000).toFixed(1)} s`;
  return clock(ms);
}

/** A clock that runs: `0:42`. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const tail = `${hours > 0 ? String(minutes).padStart(2, "0") : minutes}:${String(seconds % 60).padStart(2, "0")}`;
  return hours > 0 ? `${hours}:${tail}` : tail;
}

/** `1 unit`, `3 units`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

/** How long ago an instant was, in the largest unit that fits: `11 s ago`, `3 h ago`, `5 d ago`. */
export function ago(iso: string, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(iso)) / 1_000));
  if (Number.isNaN(seconds)) return iso;
  const [unit, size] = AGES.find(([, size]) => seconds >= size) ?? (["s", 1] as const);
  return `${Math.floor(seconds / size)} ${unit} ago`;
}

const AGES = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
] as const;

const CENTS = 2;

function signed(amount: Big, plus: string): string {
  const cents = amount.round(CENTS, Big.roundHalfUp);
  return `${cents.lt(0) ? "-" : plus}$${cents.abs().toFixed(CENTS)}`;
}
