import { describe, expect, test } from "vitest";
import { celHolds } from "../../../src/policy/cel/change-values.ts";
import { compileCel } from "../../../src/policy/cel/compile.ts";
import { offerScene, withOffer } from "../../../src/policy/cel/offer-values.ts";
import type { ChangeFacts } from "../../../src/policy/rules/facts.ts";
import { aService } from "../../catalog/needs.ts";
import { anOffer } from "../arbitraries.ts";

const NOW = Date.parse("2026-07-22T12:30:00Z");
const incumbent = {
  place: { provider: "agents", target: "home", region: "home", host: "h1" },
  offer: "o",
  billing: "own",
  shape: { milliCpu: 500, memoryMiB: 512, ephemeralStorageGiB: 20, arch: "amd64" },
} as const;
const workload = {
  project: "acme",
  projectLabels: { tier: "gold" },
  environment: "production",
  environmentClass: "production",
  environmentLabels: {},
  protected: true,
  image: "ghcr.io/acme/web:1.4",
  priority: 50,
  singleton: false,
} as const;
const scene = offerScene({ needs: aService(), now: NOW, incumbent, workload });

function holds(text: string): unknown {
  const compiled = compileCel(text, "offer", "");
  if (!compiled.ok) return compiled.problems;
  const answer = compiled.program.run(withOffer(scene, anOffer("a", { labels: { disk: "nvme" } })));
  return answer.ok ? answer.value : answer.because;
}

describe("of an offer", () => {
  test.each([
    'offer.provider == "cloud-run" && offer.expectedUsd < 20 && offer.cpu == 0.5',
    '"EU" in offer.jurisdictions && !("US" in offer.jurisdictions)',
    'offer.labels["disk"] == "nvme" && !has(offer.labels.gpu)',
    "!has(offer.gridGramsPerKwh) && !has(offer.capacityReplicas)",
    'needs.kind == "service" && needs.routed && needs.minReplicas <= needs.maxReplicas',
    'workload.project == "acme" && workload.projectLabels.tier == "gold" && workload.protected',
    'workload.image.registry == "ghcr.io" && workload.image.tag != "latest" && workload.image.digest == ""',
    'incumbent.runs && incumbent.host == "h1" && incumbent.provider != offer.provider',
    'now.getHours() == 12 && now.getHours("Europe/Berlin") == 14 && now.getDayOfWeek("Asia/Tokyo") == 3',
    'now.getDate() == 22 && now.getMonth("America/New_York") == 6 && now < timestamp("2027-01-01T00:00:00Z")',
    'offer.jurisdictions.exists(zone, zone.matches("^(IE|DE)$"))',
    'offer.id.matches("(?i)^A$") && !offer.id.matches("^b") && "web-12".matches("^\\\\w+-\\\\d{2}\\\\b$")',
  ])("%s", (text) => {
    expect(holds(text)).toBe(true);
  });

  test("what is not there is told by has(), and asked for regardless it is an error in words", () => {
    expect(holds('offer.labels.gpu == "a100"')).toBe("no such key: gpu");
    expect(holds('now.getHours("Mars/Base") == 1')).toContain("Mars/Base");
  });

  test("of nothing but needs every text is empty and every switch is off", () => {
    const bare = withOffer(offerScene({ needs: aService() }), anOffer("a"));
    const compiled = compileCel(
      '!incumbent.runs && workload.project == "" && workload.image.tag == "" && !workload.protected && now == timestamp(0)',
      "offer",
      "",
    );
    expect(compiled.ok && compiled.program.run(bare)).toEqual({ ok: true, value: true });
  });
});

describe("of a change", () => {
  const image = {
    reference: "web:latest",
    registry: "docker.io",
    repository: "library/web",
    tag: "latest",
    digest: "",
  };
  const facts: ChangeFacts = {
    now: NOW,
    change: {
      kinds: ["deploy", "scale"],
      trigger: "deploy",
      reason: "",
      automatic: false,
      emergency: false,
      creates: false,
      moves: true,
      from: [{ provider: "ecs", target: "aws", region: "eu-west-1", host: "" }],
      to: [],
      price: { before: 10, after: 25.5 },
      replicas: { before: { min: 1, max: 2 }, after: { min: 2, max: 4 } },
    },
    actor: { name: "token:ci", automatic: false },
    source: { repo: "acme/web", commit: "", ref: "refs/heads/main", runUrl: "", sequence: 7 },
    image,
    environment: { name: "production", class: "production", protected: true, labels: { region: "eu" } },
    workload: { name: "web", kind: "service", labels: { team: "shop" }, images: [image] },
  };

  test.each([
    ['image.tag == "latest"', true],
    ['!("team" in workload.labels)', false],
    ['"deploy" in change.kinds && change.price.after > change.price.before * 2.0', true],
    ['change.from.exists(place, place.provider == "ecs") && change.to.size() == 0', true],
    ['change.replicas.after.max > 10 || source.ref != "refs/heads/main"', false],
    ['workload.images.all(one, one.registry == "ghcr.io")', false],
    ["environment.protected && actor.name.startsWith('token:') && source.sequence >= 7", true],
  ])("%s", (text, expected) => {
    expect(celHolds(text, facts)).toBe(expected);
  });

  test("what cannot be told is a sentence", () => {
    expect(celHolds('environment.labels.tier == "x"', facts)).toBe("no such key: tier");
    expect(celHolds("change.prise.after > 1.0", facts)).toContain("did you mean price?");
  });
});
