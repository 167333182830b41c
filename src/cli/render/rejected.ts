import type { Offer } from "../../domain/offer.ts";
import type { Refusal } from "../../domain/feature.ts";
import { groupRejected } from "../../policy/group-rejected.ts";
import type { Rejected } from "../../policy/place.ts";
import { SERVICE_NAMES } from "../../render/offer-text.ts";
import { hanging, renderTable } from "../../render/table.ts";

/**
 * Where a spec cannot run, and why: places of one service that are refused for the same reasons share a row, and what
 * every place says is said once.
 */
export function rejectedLines(
  rejected: readonly Rejected[],
  options: { readonly width: number; readonly collected: string; readonly everywhere: boolean },
): readonly string[] {
  if (rejected.length === 0) return [];
  const common = options.everywhere ? commonReasons(rejected) : [];
  const rest = rejected.map(({ offer, reasons }) => ({
    offer,
    reasons: withoutPrice(reasons).filter((reason) => !has(common, reason)),
  }));
  const rows = [...kinds(rest)].flatMap((ofKind) =>
    groupRejected(ofKind).flatMap((group) => {
      const [first] = group;
      if (first === undefined || first.reasons.length === 0) return [];
      return [[kindOf(first.offer), regionsText(group), reasonsText(first.reasons, options.collected)]];
    }),
  );
  const [, ...lines] = renderTable(COLUMNS, rows, { width: options.width, indent: 2 });
  const places = new Set(rejected.map(({ offer }) => kindOf(offer) + offer.place.region)).size;
  const everywhere = common.flatMap(({ message }) => hanging("  everywhere  ", message, options.width));
  return ["", `  not possible in ${places} ${places === 1 ? "place" : "places"}`, ...everywhere, ...lines];
}

const COLUMNS = [{ title: "" }, { title: "" }, { title: "" }];

/** Reasons that every place gives. */
function commonReasons([first, ...others]: readonly Rejected[]): readonly Refusal[] {
  const reasons = first === undefined ? [] : withoutPrice(first.reasons);
  return reasons.filter((reason) => others.every((other) => has(other.reasons, reason)));
}

// Nobody asks what a place would cost that cannot take the spec anyway, so its missing price is left out then.
function withoutPrice(reasons: readonly Refusal[]): readonly Refusal[] {
  const harder = reasons.filter(({ rule }) => rule !== "price");
  return harder.length === 0 ? reasons : harder;
}

const has = (reasons: readonly Refusal[], { rule, message }: Refusal): boolean =>
  reasons.some((other) => other.rule === rule && other.message === message);

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
