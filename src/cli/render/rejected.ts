import type { Offer } from "../../domain/offer.ts";
import type { Refusal } from "../../domain/feature.ts";
import { groupRejected } from "../../policy/group-rejected.ts";
import type { Rejected } from "../../policy/place.ts";
import { SERVICE_NAMES } from "./offer-text.ts";
import { renderTable } from "./table.ts";

/** Where a spec cannot run, and every reason: places of one service that are refused for the same reasons share a row. */
export function rejectedLines(
  rejected: readonly Rejected[],
  options: { readonly width: number; readonly collected: string },
): readonly string[] {
  if (rejected.length === 0) return [];
  const rows = [...kinds(rejected)].flatMap((ofKind) =>
    groupRejected(ofKind).flatMap((group) => {
      const [first] = group;
      return first === undefined
        ? []
        : [[kindOf(first.offer), regionsText(group), reasonsText(first.reasons, options.collected)]];
    }),
  );
  const [, ...lines] = renderTable([{ title: "" }, { title: "" }, { title: "" }], rows, {
    width: options.width,
    indent: 2,
  });
  const places = new Set(rejected.map(({ offer }) => kindOf(offer) + offer.place.region)).size;
  return ["", `  not possible in ${places} ${places === 1 ? "place" : "places"}`, ...lines];
}

/** A service, and Spot apart from the rest of it: people ask for them as two things. */
function kindOf({ place, billing }: Offer): string {
  return `${SERVICE_NAMES[place.provider]}${billing === "spot" ? " Spot" : ""}`;
}

function kinds(rejected: readonly Rejected[]): Iterable<readonly Rejected[]> {
  return Map.groupBy(rejected, ({ offer }) => kindOf(offer)).values();
}

function regionsText(group: readonly Rejected[]): string {
  const regions = new Set(group.map(({ offer }) => offer.place.region));
  return regions.size === 1 ? [...regions].join("") : `${regions.size} regions`;
}

function reasonsText(reasons: readonly Refusal[], collected: string): string {
  const sentences = reasons.map(({ rule, message }) =>
    rule === "price" ? `price not known (last looked ${collected})` : message,
  );
  return [...new Set(sentences)].join("; ");
}
