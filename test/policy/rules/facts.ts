import type { ChangeFacts } from "../../../src/policy/rules/facts.ts";
import type { ChangeKind } from "../../../src/policy/rules/rule.ts";

/** The facts of a small deployment to production. */
export function factsOf(over: { readonly now: number; readonly kinds?: readonly ChangeKind[] }): ChangeFacts {
  const image = {
    reference: "ghcr.io/acme/web:1",
    registry: "ghcr.io",
    repository: "acme/web",
    tag: "1",
    digest: "",
  };
  return {
    now: over.now,
    change: {
      kinds: over.kinds ?? ["deploy"],
      trigger: "deploy",
      reason: "changed",
      automatic: false,
      emergency: false,
      creates: true,
      moves: false,
      from: [],
      to: [{ provider: "ecs", target: "cloud", region: "eu-west-1", host: "" }],
      price: { before: 0, after: 12.5 },
      replicas: { before: { min: 0, max: 0 }, after: { min: 1, max: 2 } },
    },
    actor: { name: "token:ci", automatic: false },
    source: { repo: "acme/web", commit: "abc", ref: "refs/heads/main", runUrl: "", sequence: 7 },
    image,
    environment: { name: "production", class: "production", protected: true, labels: { tier: "gold" } },
    workload: { name: "web", kind: "service", labels: { team: "shop" }, images: [image] },
  };
}
