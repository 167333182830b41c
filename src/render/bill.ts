import type { Offer, Price, PriceLine } from "../domain/offer.ts";
import type { RankedOffer } from "../domain/plan.ts";
import { type Block, GAP } from "./block.ts";
import { placeText, SERVICE_NAMES, shapeText } from "./offer-text.ts";
import { textLines } from "./to-text.ts";

/** What a bill is made for. */
export type Billed = Pick<Offer, "place" | "shape" | "billing" | "price">;

/** The lines of each expected price: quantity, rate and amount, with the date of the rate and the number of its source. */
export function billBlocks(offers: readonly Billed[]): readonly Block[] {
  return headedBills(
    offers.map((offer) => ({
      heading: `${placeText(offer.place).join("  ")}  ${shapeText(offer)}`,
      price: offer.price,
    })),
  );
}

/** The same for one price that is of several places. */
export function wholeBillBlocks(heading: string, price: Price): readonly Block[] {
  return headedBills([{ heading, price }]);
}

function headedBills(
  bills: readonly { readonly heading: string; readonly price: Price | undefined }[],
): readonly Block[] {
  const sources: string[] = [];
  const numberOf = (source: string): number => {
    const known = sources.indexOf(source);
    return known >= 0 ? known + 1 : sources.push(source);
  };
  const blocks = bills.flatMap(({ heading, price }): readonly Block[] => [
    GAP,
    { kind: "heading", text: heading },
    { kind: "table", columns: BILL_COLUMNS, rows: rowsOf(price, numberOf), indent: 4, titled: true },
  ]);
  const notes = sources.map((text, index): Block => ({ kind: "said", about: `[${index + 1}] `, text }));
  return [...blocks, ...(notes.length === 0 ? [] : [GAP]), ...notes];
}

/** What the prices shown do not contain, then what they take for granted, once for each service. */
export function notPricedBlocks(offers: readonly Billed[]): readonly Block[] {
  return [
    ...sentences("not in these prices", offers, (price) => price?.notPriced ?? []),
    ...sentences("taken for granted", offers, (price) => price?.assumes ?? []),
  ];
}

/** `billBlocks` as lines. */
export function billLines(shown: readonly RankedOffer[], width: number): readonly string[] {
  return textLines(billBlocks(shown.map(({ offer }) => offer)), width);
}

/** `notPricedBlocks` as lines. */
export function notPricedLines(shown: readonly RankedOffer[], width: number): readonly string[] {
  return textLines(notPricedBlocks(shown.map(({ offer }) => offer)), width);
}

/** Above the lines of a price. */
export const BILL_COLUMNS = [
  { title: "METER" },
  { title: "QUANTITY", align: "right" },
  { title: "UNIT" },
  { title: "USD EACH", align: "right" },
  { title: "USD", align: "right" },
  { title: "AS OF" },
] as const;

function rowsOf(price: Price | undefined, numberOf: (source: string) => number) {
  return (price?.lines ?? []).map((line) => [
    line.meter,
    line.quantity,
    line.unit,
    line.rateUsd,
    line.usd,
    `${line.asOf} [${numberOf(line.source)}]${doubt(line)}`,
  ]);
}

function doubt({ confidence, note }: PriceLine): string {
  const words = [confidence === "low" ? "not sure" : "", note ?? ""].filter((word) => word !== "");
  return words.length === 0 ? "" : ` ${words.join("; ")}`;
}

function sentences(
  title: string,
  offers: readonly Billed[],
  of: (price: Price | undefined) => readonly string[],
): readonly Block[] {
  const byService = new Map<string, Set<string>>();
  for (const { place, price } of offers)
    for (const sentence of of(price)) {
      const service = SERVICE_NAMES[place.provider];
      byService.set(service, (byService.get(service) ?? new Set()).add(sentence));
    }
  const said = [...byService].map(([service, all]): Block => ({
    kind: "said",
    about: `${service}  `,
    text: [...all].map(short).join("; "),
  }));
  return said.length === 0 ? [] : [GAP, { kind: "heading", text: title }, ...said];
}

// The meter's own name leads each sentence for programs; people read what comes after it.
function short(sentence: string): string {
  return sentence.replace(/^[a-z0-9-]+: /, "").replace(/ is not priced yet$/, "");
}
