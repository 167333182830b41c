import { describe, expect, test } from "vitest";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import { CLOUD_FEATURES, cloudOffers } from "../../src/catalog/cloud-offers.ts";
import { NOT_YET } from "../../src/catalog/features/not-yet.ts";
import { FEATURES, type Feature } from "../../src/domain/feature.ts";
import type { Needs } from "../../src/domain/needs.ts";
import type { Offer } from "../../src/domain/offer.ts";
import { type Cloud, CLOUDS } from "../../src/domain/place.ts";
import { aService, aWorker } from "./needs.ts";

const REGION: Readonly<Record<Cloud, string>> = {
  ecs: "eu-west-1",
  aci: "westeurope",
  "cloud-run": "europe-west1",
};

describe.each(CLOUDS)("%s", (cloud) => {
  const offers = (needs: Needs): readonly Offer[] => cloudOffers(cloud, REGION[cloud], needs, builtInBook());

  test("every feature is answered with true or with a sentence that a person can act on", () => {
    expect(Object.keys(CLOUD_FEATURES[cloud]).sort()).toEqual([...FEATURES].sort());
    for (const answer of Object.values(CLOUD_FEATURES[cloud]))
      if (answer !== true) expect(answer).toMatch(/^[A-Z].{20,}(:|,) .{8,}/);
  });

  test.each(FEATURES)(
    "a demand for %s is taken, or refused with its sentence and the field that asks",
    (feature) => {
      const needs = demanding(feature);
      const answer = CLOUD_FEATURES[cloud][feature];
      for (const { impossible } of offers(needs)) {
        const spoken = impossible.filter(({ rule }) => rule === `feature:${feature}`);
        expect(spoken).toEqual(
          answer === true ? [] : [{ rule: `feature:${feature}`, message: answer, pointer: "/x" }],
        );
      }
    },
  );

  test("what Berth does not serve yet is refused everywhere with the same words", () => {
    for (const [feature, { message }] of Object.entries(NOT_YET))
      expect(CLOUD_FEATURES[cloud]).toHaveProperty([feature], message);
  });

  test("more containers than a replica can have are refused", () => {
    const refused = offers(aService({ containers: 61 }))[0]?.impossible;
    expect(refused).toEqual([expect.objectContaining({ rule: "limit", pointer: "/sidecars" })]);
    expect(offers(aService({ containers: 10 }))[0]?.impossible).toEqual([]);
  });

  test("a place that is good enough is not spoken against", () => {
    expect(offers(aService())[0]?.impossible).toEqual([]);
    expect(offers(aWorker())[0]?.impossible).toEqual([]);
  });

  test("replicas that stay at scale.min are called emulated, except where the provider scales", () => {
    const messages = offers(aService())[0]
      ?.fidelity.map(({ message }) => message)
      .join("; ");
    expect(messages?.includes("scale.min")).toBe(cloud !== "cloud-run");
  });
});

test("routed traffic to Fargate and Container Instances is in clear text and says so; Cloud Run has TLS", () => {
  const paths = CLOUDS.map((cloud) => cloudOffers(cloud, REGION[cloud], aService(), builtInBook())[0]);
  expect(paths.map((offer) => [offer?.path.transport, offer?.path.reach])).toEqual([
    ["plain", "ip"],
    ["plain", "name"],
    ["tls", "name"],
  ]);
  expect(paths.map((offer) => offer?.fidelity.some(({ field }) => field === "/route"))).toEqual([
    true,
    true,
    false,
  ]);
});

test("Fargate waits two minutes for a container to stop and no longer", () => {
  const [offer] = cloudOffers("ecs", "eu-west-1", aService({ stopGraceSeconds: 121 }), builtInBook());
  expect(offer?.impossible).toEqual([expect.objectContaining({ pointer: "/stopGraceSeconds" })]);
});

test("a Spot container group takes a worker but no route", () => {
  const spot = (needs: Needs) =>
    cloudOffers("aci", "westeurope", needs, builtInBook()).find(({ billing }) => billing === "spot");
  expect(spot(aWorker())?.impossible).toEqual([]);
  expect(spot(aService())?.impossible).toEqual([expect.objectContaining({ pointer: "/route" })]);
});

test.each<[string, Needs, string]>([
  ["requests longer than an hour", withRoute({ timeoutSeconds: 3601 }), "/route/timeoutSeconds"],
  ["HTTP/1 bodies above 32 MiB", withRoute({ maxBodyMiB: 33 }), "/route/maxBodyMiB"],
  [
    "more than 1,000 requests at once",
    aService({ scale: { min: 1, max: 1, concurrency: 1001 } }),
    "/scale/concurrency",
  ],
  ["a worker at zero", aWorker({ scale: { min: 0, max: 1 } }), "/scale/min"],
])("Cloud Run refuses %s", (_name, needs, pointer) => {
  const [offer] = cloudOffers("cloud-run", "europe-west1", needs, builtInBook());
  expect(offer?.impossible).toEqual([expect.objectContaining({ rule: "limit", pointer })]);
});

test("Cloud Run takes large bodies over HTTP/2", () => {
  const [offer] = cloudOffers(
    "cloud-run",
    "europe-west1",
    withRoute({ maxBodyMiB: 100, protocol: "h2c" }),
    builtInBook(),
  );
  expect(offer?.impossible).toEqual([]);
});

test("concurrency above one lifts a small Cloud Run service to a whole vCPU, and without it one request runs at a time", () => {
  const [many] = cloudOffers(
    "cloud-run",
    "europe-west1",
    aService({ scale: { min: 1, max: 1, concurrency: 80 } }),
    builtInBook(),
  );
  const [one] = cloudOffers(
    "cloud-run",
    "europe-west1",
    aService({ scale: { min: 1, max: 1 } }),
    builtInBook(),
  );
  expect([many?.shape.milliCpu, one?.shape.milliCpu]).toEqual([1000, 500]);
  expect(one?.fidelity.map(({ field }) => field)).toContain("/scale/concurrency");
});

function demanding(feature: Feature): Needs {
  return aService({ demands: [{ feature, pointer: "/x" }] });
}

function withRoute(changes: Partial<NonNullable<Needs["route"]>>): Needs {
  const { route } = aService();
  if (route === undefined) throw new Error("a service has a route");
  return aService({ route: { ...route, ...changes } });
}
