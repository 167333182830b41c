import type { Refusal } from "../domain/feature.ts";
import type { Offer } from "../domain/offer.ts";
import { requireRefusals, tierHolds } from "./expression-filter.ts";
import { roomIn } from "./held.ts";
import { estimatedRttMs } from "./latency.ts";
import { FIDELITY_LEVELS } from "./levels.ts";
import { matches, matchLabel } from "./match.ts";
import {
  type Asking,
  type Judging,
  type Named,
  type Needing,
  rule,
  type Rule,
  type Seen,
  type Under,
} from "./offer-rule.ts";
import { pathRefusals } from "./path-filter.ts";
import { priceRefusals } from "./price-filter.ts";
import { listWords, refusedBy } from "./said-by.ts";
import { isRegion, tierChain, tierOf, type TierOffer } from "./tiers.ts";

/** Everything that stands against an offer. Every filter speaks, so one answer lists all that would have to change. */
export function objections(offer: Offer, judging: Judging): readonly Refusal[] {
  return RULES.flatMap(({ judge }) => judge(offer, judging));
}

/** Every rule, in the order in which they speak. */
export const RULES: readonly Rule[] = [
  rule({ offer: ["impossible"] }, ({ impossible }) => impossible),
  rule(
    { offer: ["place"], asks: ["pin", "avoid"] },
    overrides,
    ({ pin, avoid }) => pin === undefined && avoid.length === 0,
  ),
  rule(
    { offer: ["place", "jurisdictions"], policy: ["providers", "targets", "regions", "jurisdictions"] },
    whereRules,
  ),
  rule(
    { offer: ["place", "jurisdictions", "shape", "billing", "labels"], policy: ["within"], asks: ["values"] },
    withinRules,
    ({ policy }) => policy.within.length === 0,
  ),
  rule({ needs: ["registries"], policy: ["registries"] }, registryRule),
  rule({ policy: ["requireDigest"], asks: ["workload"] }, digestRule),
  rule({ offer: ["shape"], needs: ["arch", "images"], policy: ["arch"] }, archRules),
  rule({ offer: ["billing"], policy: ["spot"] }, spotRule),
  rule(
    { offer: ["price", "unknownMeters", "stateWith", "impossible"], policy: ["maxUsdPerMonth"] },
    (offer, { policy }) => priceRefusals(offer, policy),
  ),
  rule({ offer: ["fidelity"], policy: ["minimumFidelity"] }, fidelityRule),
  rule(
    {
      offer: ["path", "place", "simulated"],
      needs: ["route"],
      policy: ["allowPlainHttp"],
      asks: ["gateway"],
    },
    (offer, { needs, policy, gateway }) => pathRefusals(offer, needs, policy, gateway),
  ),
  rule({ offer: ["location"], asks: ["peers"] }, latencyRules, ({ peers = [] }) => peers.length === 0),
  rule({ policy: ["require"], asks: ["values"] }, (_offer, { policy, values }) =>
    requireRefusals(policy, values),
  ),
  rule({ offer: ["place", "capacityReplicas"], asks: ["held"] }, capacityRule),
];

function overrides({ place }: Seen<"place">, { pin, avoid }: Asking<"pin" | "avoid">): readonly Refusal[] {
  const pinned =
    pin === undefined || matches(place, pin)
      ? []
      : [no("pin", `the workload is pinned to ${matchLabel(pin)}`)];
  const avoided = avoid.filter((match) => matches(place, match));
  return [...pinned, ...avoided.map((match) => no("avoid", `an override avoids ${matchLabel(match)}`))];
}

function whereRules(
  offer: Seen<"place" | "jurisdictions">,
  { policy }: Under<"providers" | "targets" | "regions" | "jurisdictions">,
): readonly Refusal[] {
  const { place, jurisdictions } = offer;
  const { providers, targets, regions } = policy;
  return [
    ...(providers?.includes(place.provider) === false
      ? [
          no(
            "policy:providers",
            `${place.provider} is not among the providers of ${refusedBy(policy, "providers", providers, (own) => own.includes(place.provider))}`,
          ),
        ]
      : []),
    ...(targets?.some((name) => name === place.target) === false
      ? [
          no(
            "policy:targets",
            `it is not among the targets of ${refusedBy(policy, "targets", targets, (own) => own.some((name) => name === place.target))}`,
          ),
        ]
      : []),
    ...(regions?.some((name) => isRegion(name, offer)) === false
      ? [
          no(
            "policy:regions",
            `the region is not among the regions of ${refusedBy(policy, "regions", regions, (own) => own.some((name) => isRegion(name, offer)))}`,
          ),
        ]
      : []),
    ...(policy.jurisdictions ?? [])
      .filter((zones) => !zones.some((zone) => jurisdictions.includes(zone)))
      .map((zones) =>
        no(
          "policy:jurisdictions",
          `outside the jurisdictions of ${refusedBy(policy, "jurisdictions", zones, (own) => own.join() !== zones.join())}`,
        ),
      ),
  ];
}

function withinRules(
  offer: TierOffer,
  { policy, values }: Under<"within"> & Asking<"values">,
): readonly Refusal[] {
  return policy.within
    .filter(({ tiers }) => tierOf(offer, tierChain(tiers), tierHolds(values)) === undefined)
    .map(({ tiers, layer }) =>
      no(
        "policy:tiers",
        `in no tier of policy ${layer.name}: ${listWords(tierChain(tiers).map(({ name }) => name))}`,
      ),
    );
}

function registryRule(
  _offer: unknown,
  { needs, policy }: Under<"registries"> & Needing<"registries">,
): readonly Refusal[] {
  const { registries } = policy;
  if (registries === undefined) return [];
  return needs.registries
    .filter((host) => !registries.includes(host))
    .map((host) =>
      no(
        "policy:registries",
        `images may not come from ${host} under ${refusedBy(policy, "registries", registries, (own) => own.includes(host), ", only from ")}`,
        "/image",
      ),
    );
}

function digestRule(
  _offer: unknown,
  { policy, workload }: Under<"requireDigest"> & Asking<"workload">,
): readonly Refusal[] {
  if (!policy.requireDigest) return [];
  const isPinned = workload?.digest !== undefined || workload?.image.includes("@") === true;
  const demands = `is not pinned to a digest and ${by(policy, "requireDigest")} demands it: write image@sha256:..., or see why its registry did not resolve it`;
  return [
    ...(isPinned ? [] : [no("policy:requireDigest", `the image ${demands}`, "/image")]),
    ...(workload?.tagged ?? []).map((image) =>
      no("policy:requireDigest", `the sidecar's image ${image} ${demands}`, "/sidecars"),
    ),
  ];
}

function archRules(
  { shape }: Seen<"shape">,
  { needs, policy }: Under<"arch"> & Needing<"arch" | "images">,
): readonly Refusal[] {
  const { arch } = shape;
  if (arch === "any") return [];
  const built = needs.images?.arches;
  const asked = `runs ${arch} and the spec asks for ${needs.arch}: set resources.arch to any if the image has both`;
  return [
    ...(needs.arch === "any" || needs.arch === arch ? [] : [no("arch", asked, "/resources/arch")]),
    ...(built === undefined || built.includes(arch)
      ? []
      : [no("image-arch", `runs ${arch} and ${builtFor(built)}`, "/image")]),
    ...(policy.arch?.includes(arch) === false
      ? [
          no(
            "policy:arch",
            `${arch} is not among the architectures of ${refusedBy(policy, "arch", policy.arch, (own) => own.includes(arch))}`,
          ),
        ]
      : []),
  ];
}

function builtFor([arch]: readonly string[]): string {
  return arch === undefined
    ? "its images have no architecture of Linux in common: build them for amd64 or arm64"
    : `the image is built for ${arch} only: build it for both`;
}

function spotRule({ billing }: Seen<"billing">, { policy }: Under<"spot">): readonly Refusal[] {
  if (billing !== "spot" || policy.spot !== "forbid") return [];
  const message = `Spot capacity can be taken away at any time and ${by(policy, "spot")} forbids it: set spot to allow`;
  return [no("policy:spot", message)];
}

function fidelityRule(
  { fidelity }: Seen<"fidelity">,
  { policy }: Under<"minimumFidelity">,
): readonly Refusal[] {
  const worst = FIDELITY_LEVELS.indexOf(policy.minimumFidelity);
  return fidelity
    .filter(({ level }) => FIDELITY_LEVELS.indexOf(level) > worst)
    .map(({ field, level, message }) =>
      no(
        "policy:minimumFidelity",
        `${level}: ${message}; ${by(policy, "minimumFidelity")} asks for ${policy.minimumFidelity} or better`,
        field,
      ),
    );
}

function latencyRules({ location }: Seen<"location">, { peers = [] }: Asking<"peers">): readonly Refusal[] {
  return peers.flatMap(({ label, pointer, latitude, longitude, maxLatencyMs }) => {
    const refuse = (message: string): readonly Refusal[] => [
      no("latency", message, `${pointer}/maxLatencyMs`),
    ];
    if (latitude === undefined || longitude === undefined)
      return refuse(
        `nobody knows where ${label} is, so it cannot be near it: leave maxLatencyMs out, or deploy it first`,
      );
    if (location === undefined)
      return refuse(
        `nobody knows where this place is, so it cannot be near ${label}: set location on its target`,
      );
    const rttMs = estimatedRttMs(location, { latitude, longitude });
    return rttMs <= maxLatencyMs
      ? []
      : refuse(
          `about ${Math.round(rttMs)} ms from ${label} by distance, and the spec allows ${maxLatencyMs} ms`,
        );
  });
}

function capacityRule(
  offer: Seen<"place" | "capacityReplicas">,
  { held }: Asking<"held">,
): readonly Refusal[] {
  return (roomIn(offer, held) ?? 1) < 1
    ? [no("capacity", "no room for another replica now: free some, or add capacity")]
    : [];
}

function no(rule: string, message: string, pointer?: string): Refusal {
  return { rule, message, pointer };
}

const by = (policy: Named, field: string): string => `policy ${policy.by?.[field] ?? policy.name}`;
