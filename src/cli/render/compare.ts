import type { PriceBook } from "../../catalog/book.ts";
import { memoryText } from "../../catalog/size-text.ts";
import type { Needs } from "../../domain/needs.ts";
import type { RankedOffer } from "../../domain/plan.ts";
import { formatCpu } from "../../domain/quantity.ts";
import type { Placement } from "../../policy/place.ts";
import { amountText, fidelityText, placeText, shapeText } from "../../render/offer-text.ts";
import { billLines, notPricedLines } from "../../render/bill.ts";
import { rejectedLines } from "./rejected.ts";
import { type Column, renderTable, wrap } from "../../render/table.ts";

export interface CompareView {
  readonly needs: Needs;
  readonly placement: Placement;
  readonly book: PriceBook;
  /** Columns of the terminal. */
  readonly width: number;
  /** Every place instead of the best one of each kind. */
  readonly all: boolean;
  /** Each price's own lines below it, with rate, date and source. */
  readonly lines: boolean;
  /** How the spec was named on the command line, for the hint to see all. */
  readonly file: string;
}

/** The answer to `berth compare`: where the spec could run, for how much, how faithfully, and where it could not and why. */
export function renderCompare(view: CompareView): string {
  const { placement, width } = view;
  const shown = view.all ? placement.ranked : bestOfEachKind(placement.ranked);
  const body =
    shown.length === 0 ? [`  No place can take ${view.needs.workload}.`] : rankedLines(view, shown);
  const lines = [
    ...wrap(headline(view), width),
    "",
    ...body,
    ...notPricedLines(shown, width),
    ...(view.lines ? billLines(shown, width) : []),
    ...rejectedLines(placement.rejected, {
      width,
      collected: view.book.collected,
      everywhere: placement.ranked.length === 0,
    }),
    "",
    ...closing(width),
  ];
  return `${lines.join("\n")}\n`;
}

/** From this width on the table has room for the long titles. */
const WIDE = 100;

function headline({ needs, placement }: CompareView): string {
  const { scale, usage } = needs;
  const days = placement.ranked
    .flatMap(({ offer }) => (offer.price ? [offer.price.asOf.from, offer.price.asOf.to] : []))
    .sort();
  const parts = [
    needs.workload,
    needs.kind,
    `${formatCpu(needs.milliCpu)} vCPU`,
    memoryText(needs.memoryMiB),
    scale.min === scale.max ? plural(scale.min, "replica") : `${scale.min}-${scale.max} replicas`,
    usage.requestsPerMonth === undefined ? "" : `${compact(usage.requestsPerMonth)} requests a month`,
    days.length === 0 ? "" : `prices of ${days[0]} to ${days.at(-1)}`,
  ];
  return parts.filter((part) => part !== "").join(" · ");
}

function rankedLines(view: CompareView, shown: readonly RankedOffer[]): readonly string[] {
  const { placement, width, file } = view;
  const columns: readonly Column[] = [
    { title: "PLACE" },
    { title: "" },
    { title: "SHAPE" },
    { title: width < WIDE ? "$/MONTH" : "$/MONTH expected", align: "right" },
    { title: "floor", align: "right" },
    { title: "ceiling", align: "right" },
    { title: "FIDELITY" },
  ];
  const rows = shown.map(({ offer }) => [
    ...placeText(offer.place),
    shapeText(offer),
    amountText(offer.price?.expectedUsd),
    amountText(offer.price?.floorUsd),
    amountText(offer.price?.ceilingUsd),
    fidelityText(offer.fidelity),
  ]);
  const more = placement.ranked.length - shown.length;
  const hint = more === 0 ? [] : [`  ${more} more, best first:  berth compare -f ${file} --all`];
  return [...renderTable(columns, rows, { width, indent: 2 }), ...hint];
}

// The command is copied as it stands, so it is never broken: where it does not fit it has a line of its own.
function closing(width: number): readonly string[] {
  const said = "Nothing was created. Connect a place:";
  const command = "  berth target add aws | azure | gcp | agents";
  return said.length + command.length > width ? [said, command] : [said + command];
}

/** The best place of each service, billing and architecture, in rank order. */
function bestOfEachKind(ranked: readonly RankedOffer[]): readonly RankedOffer[] {
  const seen = new Set<string>();
  return ranked.filter(({ offer }) => {
    const kind = [offer.place.provider, offer.billing, offer.shape.arch].join(" ");
    return !seen.has(kind) && seen.add(kind);
  });
}

function compact(count: number): string {
  if (count >= 1_000_000) return `${Number((count / 1_000_000).toFixed(1))} M`;
  return count >= 10_000 ? `${Math.round(count / 1000)} k` : String(count);
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
