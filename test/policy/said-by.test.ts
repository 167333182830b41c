import { expect, test } from "vitest";
import type { LayerKind } from "../../src/domain/layer.ts";
import { layered } from "../../src/policy/layers.ts";
import { place } from "../../src/policy/place.ts";
import type { PolicyRules } from "../../src/policy/policy-rules.ts";
import { aService } from "../catalog/needs.ts";
import { anOffer, OPEN_GATEWAY } from "./arbitraries.ts";

const layer = (kind: LayerKind, name: string, rules: PolicyRules) => ({
  ref: { layer: kind, name, version: 1, hash: "" },
  rules,
});

function refusals(inst: PolicyRules, shop: PolicyRules, inline?: PolicyRules): readonly string[] {
  const layers = [
    layer("instance", "inst", inst),
    layer("project", "shop", shop),
    ...(inline === undefined ? [] : [layer("inline", "inline", inline)]),
  ];
  const policy = { ...layered(layers), allowPlainHttp: true };
  const here = { provider: "ecs", target: "aws", region: "eu-west-1" } as const;
  const offers = [anOffer("one", { place: here, jurisdictions: ["IE", "EU"] })];
  return place({ needs: aService(), offers, policy, gateway: OPEN_GATEWAY }).rejected.flatMap(({ reasons }) =>
    reasons.map(({ message }) => message),
  );
}

test.each<[string, PolicyRules, PolicyRules, string]>([
  [
    "jurisdictions",
    { jurisdictions: ["EU"] },
    { jurisdictions: ["DE", "US"] },
    "outside the jurisdictions of policy shop: DE, US",
  ],
  [
    "providers",
    { providers: ["ecs", "aci"] },
    { providers: ["aci"] },
    "ecs is not among the providers of policy shop: aci",
  ],
  [
    "targets",
    { targets: ["azure"] },
    { targets: ["aws", "azure"] },
    "it is not among the targets of policy inst: azure",
  ],
  [
    "regions",
    { regions: ["eu-west-1", "eu-west-2"] },
    { regions: ["ecs/eu-west-2"] },
    "the region is not among the regions of policy shop: ecs/eu-west-2",
  ],
  [
    "registries",
    { registries: ["ghcr.io", "quay.io"] },
    { registries: ["quay.io"] },
    "images may not come from ghcr.io under policy shop, only from quay.io",
  ],
  [
    "arch",
    { arch: ["amd64", "arm64"] },
    { arch: ["arm64"] },
    "amd64 is not among the architectures of policy shop: arm64",
  ],
])(
  "who is refused by %s reads which policy refuses it, with its own list",
  (_field, inst, shop, sentence) => {
    expect(refusals(inst, shop)).toEqual([sentence]);
  },
);

test("where several refuse each is named with its own list, a spec's inline one, too", () => {
  expect(refusals({ regions: ["eu-west-2", "eu-west-3"] }, { regions: ["eu-west-2"] })).toEqual([
    "the region is not among the regions of policy inst: eu-west-2, eu-west-3; policy shop: eu-west-2",
  ]);
  expect(refusals({ jurisdictions: ["EU"] }, { jurisdictions: ["IE"] }, { jurisdictions: ["DE"] })).toEqual([
    "outside the jurisdictions of policy inline: DE",
  ]);
});
