import { Big } from "big.js";
import type { GatewayFeatures, Refusal } from "../domain/feature.ts";
import type { Needs } from "../domain/needs.ts";
import type { Offer } from "../domain/offer.ts";
import { type Held, roomIn } from "./held.ts";
import { matches, matchLabel, type PlaceMatch } from "./match.ts";
import { pathRefusals } from "./path-filter.ts";
import { FIDELITY_LEVELS } from "./levels.ts";
import type { Policy } from "./policy.ts";

/** What an offer is judged against. */
export interface Judging {
  readonly needs: Needs;
  readonly policy: Policy;
  readonly gateway: GatewayFeatures;
  readonly pin?: PlaceMatch | undefined;
  readonly avoid: readonly PlaceMatch[];
  readonly held: readonly Held[];
}

/** Everything that stands against an offer. Every filter speaks, so one answer lists all that would have to change. */
export function objections(offer: Offer, judging: Judging): readonly Refusal[] {
  return FILTERS.flatMap((filter) => filter(offer, judging));
}

type Filter = (offer: Offer, judging: Judging) => readonly Refusal[];

const FILTERS: readonly Filter[] = [
  (offer) => offer.impossible,
  overrides,
  whereRules,
  registryRule,
  archRules,
  spotRule,
  priceRules,
  fidelityRule,
  (offer, { needs, policy, gateway }) => pathRefusals(offer, needs, policy, gateway),
  capacityRule,
];

function overrides({ place }: Offer, { pin, avoid }: Judging): readonly Refusal[] {
  const pinned =
    pin === undefined || matches(place, pin)
      ? []
      : [no("pin", `the workload is pinned to ${matchLabel(pin)}`)];
  const avoided = avoid.filter((match) => matches(place, match));
  return [...pinned, ...avoided.map((match) => no("avoid", `an override avoids ${matchLabel(match)}`))];
}

function whereRules({ place, jurisdictions }: Offer, { policy }: Judging): readonly Refusal[] {
  const { provider, region, target } = place;
  const refused: Refusal[] = [];
  if (policy.providers?.includes(provider) === false)
    refused.push(
      no(
        "policy:providers",
        `${provider} is not among the providers of policy ${policy.name}: ${list(policy.providers)}`,
      ),
    );
  if (policy.targets !== undefined && !policy.targets.some((name) => name === target))
    refused.push(
      no("policy:targets", `it is not among the targets of policy ${policy.name}: ${list(policy.targets)}`),
    );
  if (policy.regions?.some((name) => name === region || name === `${provider}/${region}`) === false)
    refused.push(
      no(
        "policy:regions",
        `the region is not among the regions of policy ${policy.name}: ${list(policy.regions)}`,
      ),
    );
  for (const zones of policy.jurisdictions ?? [])
    if (!zones.some((zone) => jurisdictions.includes(zone)))
      refused.push(
        no("policy:jurisdictions", `outside the jurisdictions of policy ${policy.name}: ${list(zones)}`),
      );
  return refused;
}

function registryRule(_offer: Offer, { needs, policy }: Judging): readonly Refusal[] {
  const { registries } = policy;
  if (registries === undefined) return [];
  return needs.registries
    .filter((host) => !registries.includes(host))
    .map((host) =>
      no(
        "policy:registries",
        `images may not come from ${host} under policy ${policy.name}, only from ${list(registries)}`,
        "/image",
      ),
    );
}

function archRules({ shape }: Offer, { needs, policy }: Judging): readonly Refusal[] {
  const { arch } = shape;
  if (arch === "any") return [];
  const asked =
    needs.arch === "any" || needs.arch === arch
      ? []
      : [
          no(
            "arch",
            `runs ${arch} and the spec asks for ${needs.arch}: set resources.arch to any if the image has both`,
            "/resources/arch",
          ),
        ];
  const ruled =
    policy.arch?.includes(arch) === false
      ? [
          no(
            "policy:arch",
            `${arch} is not among the architectures of policy ${policy.name}: ${list(policy.arch)}`,
          ),
        ]
      : [];
  return [...asked, ...ruled];
}

function spotRule({ billing }: Offer, { policy }: Judging): readonly Refusal[] {
  return billing === "spot" && policy.spot === "forbid"
    ? [
        no(
          "policy:spot",
          `Spot capacity can be taken away at any time and policy ${policy.name} forbids it: set spot to allow`,
        ),
      ]
    : [];
}

function priceRules({ price }: Offer, { policy }: Judging): readonly Refusal[] {
  if (price === undefined)
    return [no("price", "price not known: no rate that counts here is in the price book")];
  const { expected, ceiling } = policy.maxUsdPerMonth;
  return [
    ...overCap("expected", price.expectedUsd, expected, policy),
    ...overCap("ceiling", price.ceilingUsd, ceiling, policy),
  ];
}

function overCap(
  which: "expected" | "ceiling",
  usd: string,
  cap: string | undefined,
  policy: Policy,
): readonly Refusal[] {
  if (cap === undefined || new Big(usd).lte(cap)) return [];
  const message = `${which} ${new Big(usd).toFixed(2)} USD a month is above ${cap} USD, the cap of policy ${policy.name}`;
  return [no(`policy:maxUsdPerMonth.${which}`, message)];
}

function fidelityRule({ fidelity }: Offer, { policy }: Judging): readonly Refusal[] {
  const worst = FIDELITY_LEVELS.indexOf(policy.minimumFidelity);
  return fidelity
    .filter(({ level }) => FIDELITY_LEVELS.indexOf(level) > worst)
    .map(({ field, level, message }) =>
      no(
        "policy:minimumFidelity",
        `${level}: ${message}; policy ${policy.name} asks for ${policy.minimumFidelity} or better`,
        field,
      ),
    );
}

function capacityRule(offer: Offer, { held }: Judging): readonly Refusal[] {
  return (roomIn(offer, held) ?? 1) < 1
    ? [no("capacity", "no room for another replica now: free some, or add capacity")]
    : [];
}

function no(rule: string, message: string, pointer?: string): Refusal {
  return { rule, message, pointer };
}

/** Names shown of a long list. */
const MAX_NAMED = 8;

function list(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMED).join(", ");
  if (names.length === 0) return "none";
  return names.length > MAX_NAMED ? `${shown} and ${names.length - MAX_NAMED} more` : shown;
}
