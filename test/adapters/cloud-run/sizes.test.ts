import * as fc from "fast-check";
import { expect, test } from "vitest";
import { sizesOf } from "../../../src/adapters/cloud-run/render/sizes.ts";
import { snapCloudRun } from "../../../src/catalog/shapes/cloud-run.ts";
import type { ContainerSize } from "../../../src/domain/needs.ts";
import { needsOf } from "../../../src/domain/needs-of.ts";
import { parseSpec } from "../../../src/domain/parse-spec.ts";
import type { Spec } from "../../../src/domain/spec.ts";
import { limitsIn } from "./limits-in.ts";
import { offersOf, renderedOf } from "./rendered.ts";

type Size = ContainerSize;
const size = (milliCpu: number, memoryMiB: number): Size => ({ milliCpu, memoryMiB });
const named = (sizes: readonly Size[]) => sizes.map((one, index) => ({ ...one, name: `c${index}` }));
const sum = (sizes: readonly Size[], field: keyof Size): number =>
  sizes.reduce((all, one) => all + one[field], 0);

test("a container above 1 vCPU gets a whole number that Cloud Run sells, and what is left goes to the others", () => {
  expect(sizesOf(size(2_000, 640), named([size(1_000, 512), size(100, 128)]))).toEqual([
    size(1_000, 512),
    size(1_000, 128),
  ]);
  expect(sizesOf(size(4_000, 2_176), named([size(2_000, 2_048), size(500, 128)]))).toEqual([
    size(2_000, 2_048),
    size(2_000, 128),
  ]);
});

test("a container alone gets the whole instance", () => {
  fc.assert(
    fc.property(arbitrarySize(8_000, 32_768), (asked) => {
      const { shape, refusals } = snapCloudRun(
        { ...asked, ephemeralStorageGiB: 0 },
        { wholeCpu: false, generation: 2 },
      );
      fc.pre(refusals.length === 0);
      expect(sizesOf(shape, named([asked]))).toEqual([size(shape.milliCpu, shape.memoryMiB)]);
    }),
  );
});

test("every container gets what it asks for at least, in a size that is sold, and together they are no more than the instance", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(850, 1_000, 2_000, 4_000, 6_000, 8_000),
      fc.integer({ min: 512, max: 32_768 }),
      fc.array(arbitrarySize(4_000, 8_192), { minLength: 1, maxLength: 5 }),
      (milliCpu, memoryMiB, asked) => {
        const given = sizesUnlessRefused(size(milliCpu, memoryMiB), asked);
        expect(sum(given, "milliCpu")).toBeLessThanOrEqual(milliCpu);
        expect(sum(given, "memoryMiB")).toBeLessThanOrEqual(memoryMiB);
        for (const [index, one] of given.entries()) {
          expect(one.milliCpu).toBeGreaterThanOrEqual(asked[index]?.milliCpu ?? 0);
          expect(one.memoryMiB).toBeGreaterThanOrEqual(asked[index]?.memoryMiB ?? 0);
          const isFraction = one.milliCpu >= 80 && one.milliCpu <= 1_000;
          expect(isFraction || [2_000, 4_000, 6_000, 8_000].includes(one.milliCpu)).toBe(true);
        }
      },
    ),
  );
});

test("what does not fit is refused with the container, the size it needs, and what to ask for", () => {
  expect(() => sizesOf(size(4_000, 1_152), named([size(3_000, 1_024), size(200, 128)]))).toThrow(
    "c0 at least 4 vCPU and 2048 MiB for the 3 vCPU and 1024 MiB it asks, which does not fit beside the others in 4 vCPU and 1152 MiB.",
  );
  expect(() => sizesOf(size(501, 640), named([size(500, 512), size(1, 128)]))).toThrow(
    "c1 at least 0.08 vCPU and 128 MiB",
  );
});

test("what is billed is what the containers may use: 1 and 0.1 vCPU are priced as 1.1", () => {
  const [offer] = offersOf(specOf([size(1_000, 512), size(100, 128)]));
  expect(offer?.id).toContain("/1100m-640Mi-");
  expect(offer?.fidelity.filter(({ level }) => level === "snapped")).toEqual([]);
  fc.assert(
    fc.property(fc.array(arbitrarySize(2_000, 4_096), { minLength: 1, maxLength: 4 }), (asked) => {
      const spec = specOf(asked);
      for (const one of offersOf(spec).filter(({ impossible }) => impossible.length === 0)) {
        const limits = limitsIn(renderedOf(spec, one).document);
        expect(limits).toHaveLength(asked.length);
        const quantityOf = (name: string) =>
          Number(one.price?.lines.find(({ meter }) => meter === name)?.quantity);
        expect(quantityOf("cpu-second")).toBeCloseTo((sum(limits, "milliCpu") / 1_000) * MONTH_SECONDS, 3);
        expect(quantityOf("memory-gib-second")).toBeCloseTo(
          (sum(limits, "memoryMiB") / 1_024) * MONTH_SECONDS,
          3,
        );
      }
    }),
    { numRuns: 60 },
  );
});

test("fidelity tells of each container by its name and its field what it gets more", () => {
  const [offer] = offersOf(specOf([size(1_500, 512), size(50, 100), size(200, 128)]));
  expect(offer?.fidelity.filter(({ level }) => level === "snapped")).toEqual([
    { field: "/resources/cpu", level: "snapped", message: "CPU 1.5 -> 2" },
    { field: "/sidecars/0/resources/cpu", level: "snapped", message: "CPU of c1 0.05 -> 0.08" },
    { field: "/sidecars/0/resources/memory", level: "snapped", message: "memory of c1 100 MiB -> 128 MiB" },
  ]);
});

test("a unit priced by the sum of its containers, before each was looked at, is made as it was", () => {
  const spec = specOf([size(1_000, 512), size(100, 128)]);
  const { sizes: _sizes, ...needs } = needsOf(spec);
  const { shape } = snapCloudRun(needs, { wholeCpu: true, generation: 2 });
  expect(size(shape.milliCpu, shape.memoryMiB)).toEqual(size(2_000, 640));
  const [offer] = offersOf(spec);
  const older = offer && { ...offer, shape };
  expect(older && limitsIn(renderedOf(spec, older).document)).toEqual([size(1_000, 512), size(1_000, 128)]);
});

/** A month as prices count it, s. */
const MONTH_SECONDS = 730 * 3_600;

function specOf([main = size(1, 128), ...sidecars]: readonly Size[]): Spec {
  const resources = (one: Size) => ({ cpu: `${one.milliCpu}m`, memory: `${one.memoryMiB}Mi` });
  const parsed = parseSpec({
    name: "c0",
    port: 8080,
    image: "docker.io/acme/c0:1",
    resources: resources(main),
    sidecars: sidecars.map((one, at) => ({
      name: `c${at + 1}`,
      image: "docker.io/acme/side:1",
      resources: resources(one),
    })),
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.spec;
}

test("what is left of an instance goes to no container whose memory is too little for so much CPU", () => {
  expect(sizesOf(size(6_000, 1_152), named([size(1_000, 1_024), size(100, 128)]))).toEqual([
    size(2_000, 1_024),
    size(2_000, 128),
  ]);
});

test("a container above what is sold for one is refused by its name, however large the instance", () => {
  expect(() => sizesOf(size(16_000, 40_000), named([size(100, 128), size(9_000, 4_096)]))).toThrow(
    "Cloud Run gives a container 8 vCPU and 32 GiB at most: ask for less for c1.",
  );
});

function arbitrarySize(mostMilliCpu: number, mostMiB: number): fc.Arbitrary<Size> {
  return fc.record({
    milliCpu: fc.integer({ min: 1, max: mostMilliCpu }),
    memoryMiB: fc.integer({ min: 128, max: mostMiB }),
  });
}

function sizesUnlessRefused(instance: Size, asked: readonly Size[]): readonly Size[] {
  try {
    return sizesOf(instance, named(asked));
  } catch (error) {
    expect(error).toMatchObject({ kind: "invalid" });
    return [];
  }
}
