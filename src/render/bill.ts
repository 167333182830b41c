import type { RankedOffer } from "../domain/plan.ts";
import { placeText, SERVICE_NAMES, shapeText } from "./offer-text.ts";
import { hanging, renderTable } from "./table.ts";

/** The lines of each expected price: quantity, rate and amount, with the date of the rate and the number of its source. */
export function billLines(shown: readonly RankedOffer[], width: number): readonly string[] {
  const sources: string[] = [];
  const numberOf = (source: string): number => {
    const known = sources.indexOf(source);
    return known >= 0 ? known + 1 : sources.push(source);
  };
  const bills = shown.flatMap(({ offer }) => {
    const rows = (offer.price?.lines ?? []).map((line) => [
      line.meter,
      line.quantity,
      line.unit,
      line.rateUsd,
      line.usd,
      `${line.asOf} [${numberOf(line.source)}]`,
    ]);
    return [
      "",
      `  ${placeText(offer.place).join("  ")}  ${shapeText(offer)}`,
      ...renderTable(COLUMNS, rows, { width, indent: 4 }),
    ];
  });
  const notes = sources.flatMap((source, index) => hanging(`  [${index + 1}] `, source, width));
  return [...bills, "", ...notes];
}

/** What the prices shown do not contain, then what they take for granted, once for each service. */
export function notPricedLines(shown: readonly RankedOffer[], width: number): readonly string[] {
  return [
    ...sentenceLines("not in these prices", shown, (offer) => offer.price?.notPriced ?? [], width),
    ...sentenceLines("taken for granted", shown, (offer) => offer.price?.assumes ?? [], width),
  ];
}

function sentenceLines(
  title: string,
  shown: readonly RankedOffer[],
  sentencesOf: (offer: RankedOffer["offer"]) => readonly string[],
  width: number,
): readonly string[] {
  const byService = new Map<string, Set<string>>();
  for (const { offer } of shown)
    for (const sentence of sentencesOf(offer)) {
      const service = SERVICE_NAMES[offer.place.provider];
      byService.set(service, (byService.get(service) ?? new Set()).add(sentence));
    }
  const lines = [...byService].flatMap(([service, sentences]) =>
    hanging(`  ${service}  `, [...sentences].map(short).join("; "), width),
  );
  return lines.length === 0 ? [] : ["", `  ${title}`, ...lines];
}

const COLUMNS = [
  { title: "METER" },
  { title: "QUANTITY", align: "right" },
  { title: "UNIT" },
  { title: "USD EACH", align: "right" },
  { title: "USD", align: "right" },
  { title: "AS OF" },
] as const;

// The meter's own name leads each sentence for programs; people read what comes after it.
function short(sentence: string): string {
  return sentence.replace(/^[a-z0-9-]+: /, "").replace(/ is not priced yet$/, "");
}
