import * as fc from "fast-check";
import { expect, test } from "vitest";
import { problemOf } from "../../../src/adapters/cloud-run/simulator/validate.ts";
import type { ContainerSize } from "../../../src/domain/needs.ts";
import { needsOf } from "../../../src/domain/needs-of.ts";
import type { Spec } from "../../../src/domain/spec.ts";
import { arbitrarySpec } from "../../domain/arbitraries.ts";
import { limitsIn } from "./limits-in.ts";
import { leavesOf, sourceOf } from "./field-table.ts";
import { offersOf, PRICELESS, renderedOf, unitOf, violationsIn } from "./rendered.ts";

const SPECS = 10_000;
/** What ten thousand take on a busy machine, ms. */
const LONG_MS = 180_000;

/** What rules Cloud Run out for good is left out of a spec, so that most of the ten thousand are rendered. */
const possible: fc.Arbitrary<Spec> = arbitrarySpec.map((spec) => ({
  ...spec,
  image: "docker.io/acme/web:1",
  sidecars: spec.sidecars.slice(0, 9).map((one) => ({ ...one, image: "gcr.io/acme/side:1" })),
  resources: {
    ...spec.resources,
    arch: "any",
    gpu: undefined,
    ephemeralStorageGiB: 20,
    milliCpu: Math.min(spec.resources.milliCpu, 8_000),
    memoryMiB: Math.min(spec.resources.memoryMiB, 16_384),
  },
  route: spec.route && { ...spec.route, access: "public", maxBodyMiB: Math.min(32, spec.route.maxBodyMiB) },
  files: spec.files.filter(({ path }) => path.lastIndexOf("/") > 0),
  volumes: spec.volumes.filter(({ kind }) => kind === "scratch"),
  health: { ...spec.health, startupSeconds: Math.min(240, spec.health.startupSeconds) },
  job: spec.job && { ...spec.job, timeoutSeconds: Math.min(86_400, spec.job.timeoutSeconds) },
  ports: [],
  before: [],
  after: [],
  user: undefined,
  singleton: false,
  stopGraceSeconds: 10,
  rollout: { ...spec.rollout, strategy: "rolling" },
  "x-cloud-run": undefined,
}));

test(
  "every spec that an offer takes becomes a document that Google's contract allows, each leaf of it explained",
  () => {
    let rendered = 0;
    fc.assert(
      fc.property(possible, (spec) => {
        for (const { offer, collection, document } of takenOf(spec)) {
          expect(violationsIn(collection, document)).toEqual([]);
          expect(problemOf(collection, unitOf(spec, offer).name, document)).toBeUndefined();
          expect([...leavesOf(document)].filter((leaf) => sourceOf(leaf) === undefined)).toEqual([]);
          // What is billed is what the containers may use, and each has what it asks for.
          const limits = limitsIn(document);
          const sumOf = (field: keyof ContainerSize) => limits.reduce((all, one) => all + one[field], 0);
          expect([sumOf("milliCpu"), sumOf("memoryMiB")]).toEqual([
            offer.shape.milliCpu,
            offer.shape.memoryMiB,
          ]);
          for (const [at, { resources }] of [spec, ...spec.sidecars].entries()) {
            expect(limits[at]?.milliCpu).toBeGreaterThanOrEqual(resources.milliCpu);
            const scratchMiB = at === 0 ? 1_024 * (needsOf(spec).scratchGiB ?? 0) : 0;
            expect(limits[at]?.memoryMiB).toBeGreaterThanOrEqual(resources.memoryMiB + scratchMiB);
          }
          rendered += 1;
        }
      }),
      { numRuns: SPECS },
    );
    expect(rendered).toBeGreaterThan(SPECS / 2);
  },
  LONG_MS,
);

test("what a document says otherwise than the spec stands in the offer's fidelity", () => {
  fc.assert(
    fc.property(possible, (spec) => {
      for (const { offer, document } of takenOf(spec)) {
        const told = new Set(offer.fidelity.map(({ field }) => field));
        for (const field of otherwise(spec, document)) expect(told, field).toContain(field);
      }
    }),
    { numRuns: SPECS / 10 },
  );
});

function takenOf(spec: Spec) {
  return offersOf(spec, PRICELESS)
    .filter(({ impossible }) => impossible.length === 0)
    .map((offer) => ({ offer, ...renderedOf(spec, offer) }));
}

// Read off the document that is sent, not off the catalog that wrote the fidelity.
function otherwise(spec: Spec, document: object): readonly string[] {
  const text = JSON.stringify(document);
  const limits = limitsIn(document);
  const concurrency = /"maxInstanceRequestConcurrency":(\d+)/.exec(text)?.[1];
  return [
    ...[spec, ...spec.sidecars].flatMap(({ resources }, at) => {
      const field = at === 0 ? "/resources" : `/sidecars/${at - 1}/resources`;
      const given = limits[at] ?? resources;
      return [
        ...(given.milliCpu > resources.milliCpu ? [`${field}/cpu`] : []),
        ...(given.memoryMiB > resources.memoryMiB ? [`${field}/memory`] : []),
      ];
    }),
    ...(concurrency === "1" && spec.scale.concurrency !== 1 ? ["/scale/concurrency"] : []),
    ...(text.includes('"manualInstanceCount"') && spec.scale.max !== spec.scale.min ? ["/scale"] : []),
    ...spec.volumes.map((_volume, index) => `/volumes/${index}`),
    ...spec.files.map((_file, index) => `/files/${index}`),
    ...spec.sidecars.map((_sidecar, index) => `/sidecars/${index}`),
    ...(spec.health.path !== undefined && !text.includes('"httpGet"') ? ["/health/path"] : []),
    ...(spec.route?.sticky === true ? ["/route/sticky"] : []),
  ];
}
