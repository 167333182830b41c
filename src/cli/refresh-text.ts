import { printable } from "../render/printable.ts";

/** A refresh as the API shows it, as far as people read it. */
export interface RefreshView {
  readonly collected: string;
  readonly reports: readonly {
    readonly provider: string;
    readonly outcome: string;
    readonly why?: string;
    readonly read: number;
    readonly changed: readonly { readonly row: string; readonly fromUsd: string; readonly toUsd: string }[];
    readonly added: readonly string[];
    readonly quarantined: readonly { readonly row: string; readonly readUsd: string; readonly why: string }[];
    readonly vanished: readonly string[];
    readonly unread?: readonly { readonly list: string; readonly why: string }[];
  }[];
}

export interface RatesView {
  readonly discounts: readonly {
    readonly provider: string;
    readonly meter?: string;
    readonly region?: string;
    readonly percent: string;
    readonly until?: string;
  }[];
  readonly commitments: readonly {
    readonly provider: string;
    readonly usdPerHour: string;
    readonly until: string;
  }[];
  readonly stated: readonly {
    readonly provider: string;
    readonly region: string;
    readonly product: string;
    readonly meter: string;
    readonly usd: string;
    readonly unit: string;
    readonly note?: string;
    readonly until?: string;
    readonly statedAt: string;
    readonly by: string;
  }[];
}

const DAY_CHARS = "2026-11-22".length;

/** Rows of one kind that are named; the rest is counted, and `--json` has it. */
const MOST_ROWS = 20;

/** What a refresh came to: one line a provider, and under it every row that somebody may want to look at. */
export function refreshText({ reports }: RefreshView): string {
  return reports
    .flatMap((report) => {
      const { provider, outcome, why, read, changed, added, quarantined, vanished, unread = [] } = report;
      const counts = `${read} read, ${changed.length} changed, ${added.length} new, ${quarantined.length} quarantined, ${vanished.length} no longer listed`;
      const head =
        outcome === "taken"
          ? `${provider}: ${counts}`
          : `${provider}: prices stay as they were: ${printable(why ?? "")}`;
      return [
        head,
        ...few(changed.map(({ row, fromUsd, toUsd }) => `${row}  ${fromUsd} -> ${toUsd}`)),
        ...few(
          quarantined.map(
            (one) => `quarantined: ${one.row}: ${one.why}; accept it with --accept ${one.row}=${one.readUsd}`,
          ),
        ),
        ...few(vanished.map((row) => `no longer listed, kept: ${row}`)),
        ...few(unread.map(({ list, why: doubt }) => `${list} stays as it was: ${doubt}`)),
      ];
    })
    .map((line) => `${line}\n`)
    .join("");
}

/** A project's own rates, one a line. */
export function ratesText({ discounts, commitments, stated }: RatesView): string {
  if (discounts.length + commitments.length + stated.length === 0)
    return "list prices: no discount or commitment is set, and no price is stated\n";
  const lines = [
    ...discounts.map(({ provider, meter, region, percent, until }) => {
      const where = [provider, region, meter].filter((part) => part !== undefined).join(" ");
      return `${percent} % off ${where}${until === undefined ? "" : `, until ${until}`}`;
    }),
    ...commitments.map(
      ({ provider, usdPerHour, until }) =>
        `${usdPerHour} USD an hour committed to ${provider}, until ${until}`,
    ),
    ...stated.map((one) => {
      const where = `${one.provider}/${one.region}  ${one.product} ${one.meter}`;
      const end = one.until === undefined ? "" : `, until ${one.until}`;
      const note = one.note === undefined ? "" : `: ${one.note}`;
      return `${one.usd} USD per ${one.unit}  ${where}, stated ${one.statedAt.slice(0, DAY_CHARS)} by ${one.by}${end}${note}`;
    }),
  ];
  return lines.map((line) => `${printable(line)}\n`).join("");
}

function few(lines: readonly string[]): readonly string[] {
  const shown = lines.slice(0, MOST_ROWS).map((line) => `  ${printable(line)}`);
  const left = lines.length - shown.length;
  return left === 0 ? shown : [...shown, `  and ${left} more; --json names them`];
}
