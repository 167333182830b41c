import * as fc from "fast-check";
import { expect, test } from "vitest";
import { snapCloudRun } from "../../../src/catalog/shapes/cloud-run.ts";
import type { InstanceOptions } from "../../../src/catalog/shapes/cloud-run-container.ts";
import type { Snap } from "../../../src/catalog/shapes/snap.ts";
import type { ContainerSize } from "../../../src/domain/needs.ts";

const GIB = 1024;
const size = (milliCpu: number, memoryMiB: number): ContainerSize => ({ milliCpu, memoryMiB });

test.each([
  ["1 and 0.1 vCPU as 1.1", [size(1000, 512), size(100, 128)], [size(1000, 512), size(100, 128)]],
  ["3 and 0.2 vCPU as 4.2", [size(3000, 2048), size(200, 128)], [size(4000, 2048), size(200, 128)]],
  ["a sidecar of 0.05 vCPU as 0.08", [size(500, 512), size(50, 64)], [size(920, 512), size(80, 128)]],
  ["the sidecar's memory by its own CPU", [size(500, 512), size(100, 700)], [size(500, 512), size(500, 700)]],
])("Cloud Run sells %s", (_name, asked, given) => {
  const { shape, sizes, refusals } = together(asked, { wholeCpu: true, generation: 2 });
  expect(refusals).toEqual([]);
  expect(sizes).toEqual(given);
  expect(size(shape.milliCpu, shape.memoryMiB)).toEqual(sumOf(given));
});

test("each container gets what it asks for at least, in a size sold for one, and the instance is their sum", () => {
  fc.assert(
    fc.property(containers(2), options, (asked, option) => {
      const { shape, sizes = [], refusals } = together(asked, option);
      expect(shape.milliCpu).toBeGreaterThanOrEqual(sumOf(asked).milliCpu);
      expect(shape.memoryMiB).toBeGreaterThanOrEqual(sumOf(asked).memoryMiB);
      if (refusals.length > 0) return;
      expect(sizes.length).toBe(asked.length);
      for (const [at, one] of sizes.entries()) {
        expect(one.milliCpu).toBeGreaterThanOrEqual(asked[at]?.milliCpu ?? Infinity);
        expect(one.memoryMiB).toBeGreaterThanOrEqual(asked[at]?.memoryMiB ?? Infinity);
        expect(isSold(one), JSON.stringify(one)).toBe(true);
      }
      expect(size(shape.milliCpu, shape.memoryMiB)).toEqual(sumOf(sizes));
      if (option.wholeCpu) expect(shape.milliCpu).toBeGreaterThanOrEqual(1000);
      if (option.generation === 2 && shape.milliCpu >= 1000)
        expect(shape.memoryMiB).toBeGreaterThanOrEqual(512);
    }),
    { numRuns: 2000 },
  );
});

test("the sum is no more than its containers would have alone, but for what an instance has at least", () => {
  fc.assert(
    fc.property(containers(2), options, (asked, option) => {
      const { shape, refusals } = together(asked, option);
      fc.pre(refusals.length === 0);
      const alone = sumOf(asked.map((one) => snapAlone(one, { wholeCpu: false, generation: 1 }).shape));
      expect(shape.milliCpu).toBe(Math.max(alone.milliCpu, option.wholeCpu ? 1000 : 0));
      expect([alone.memoryMiB, 512]).toContain(shape.memoryMiB);
    }),
  );
});

test("one container alone is the same whether its size is told beside the sum or not", () => {
  fc.assert(
    fc.property(containers(1, 1), options, ([one = size(1, 1)], option) => {
      const { sizes, ...snap } = together([one], option);
      expect(snap.shape).toEqual(snapAlone(one, option).shape);
      expect(snap.refusals.length > 0).toBe(snapAlone(one, option).refusals.length > 0);
      if (sizes !== undefined) expect(sizes).toEqual([size(snap.shape.milliCpu, snap.shape.memoryMiB)]);
    }),
  );
});

test("what was given is given again to whoever asks no more of the instance: the price is of the sizes that are told", () => {
  fc.assert(
    fc.property(containers(2), options, options, (asked, first, other) => {
      const given = together(asked, { ...first, generation: 2 });
      fc.pre(given.refusals.length === 0);
      const again = { wholeCpu: first.wholeCpu && other.wholeCpu, generation: other.generation };
      expect(together(given.sizes ?? [], again)).toEqual(given);
    }),
    { numRuns: 1000 },
  );
});

test("a container that is too big alone is refused at its own field, and all of them together at the main one's", () => {
  const option: InstanceOptions = { wholeCpu: false, generation: 2 };
  const pointers = (asked: readonly ContainerSize[]) =>
    together(asked, option).refusals.map(({ pointer }) => pointer);
  expect(pointers([size(100, 128), size(9000, 40 * GIB)])).toEqual([
    "/sidecars/0/resources/cpu",
    "/sidecars/0/resources/memory",
  ]);
  expect(pointers([size(9000, 128), size(100, 128)])).toEqual(["/resources/cpu"]);
  expect(together([size(8000, 4 * GIB), size(50, 128)], option).refusals).toEqual([
    {
      rule: "size",
      pointer: "/resources/cpu",
      message:
        "Cloud Run's biggest instance has 8 vCPU, and the sizes it sells for these containers make 8.08: ask for less, or for fewer sidecars",
    },
  ]);
  expect(pointers([size(4000, 16 * GIB), size(4000, 16 * GIB + 1)])).toEqual([
    "/resources/cpu",
    "/resources/memory",
  ]);
  expect(pointers([size(4000, 16 * GIB), size(2000, 8 * GIB), size(2000, 8 * GIB)])).toEqual([]);
});

const options: fc.Arbitrary<InstanceOptions> = fc.record({
  wholeCpu: fc.boolean(),
  generation: fc.constantFrom(1, 2),
});

// Small ones most, so that several fit in one instance, and some at the edges of the table.
function containers(minLength: number, maxLength = 10): fc.Arbitrary<readonly ContainerSize[]> {
  const one = fc.record({
    milliCpu: fc.oneof(
      fc.integer({ min: 1, max: 1100 }),
      fc.constantFrom(80, 499, 500, 1000, 2000, 4000),
      fc.integer({ min: 1, max: 9000 }),
    ),
    memoryMiB: fc.oneof(
      fc.integer({ min: 1, max: 1100 }),
      fc.constantFrom(512, 513, 4096, 4097),
      fc.integer({ min: 1, max: 34_000 }),
    ),
  });
  return fc.array(one, { minLength, maxLength, size: "max" });
}

function together(sizes: readonly ContainerSize[], option: InstanceOptions): Snap {
  return snapCloudRun({ ...sumOf(sizes), ephemeralStorageGiB: 20, sizes }, option);
}

function snapAlone(one: ContainerSize, option: InstanceOptions): Snap {
  return snapCloudRun({ ...one, ephemeralStorageGiB: 20 }, option);
}

function sumOf(sizes: readonly ContainerSize[]): ContainerSize {
  return sizes.reduce(
    (all, one) => size(all.milliCpu + one.milliCpu, all.memoryMiB + one.memoryMiB),
    size(0, 0),
  );
}

/** From and to so many thousandths of a vCPU, the least and the most memory, MiB. */
const SOLD: readonly (readonly [from: number, to: number, least: number, most: number])[] = [
  [80, 499, 128, 512],
  [500, 999, 128, GIB],
  [1000, 1000, 128, 4 * GIB],
  [2000, 2000, 128, 8 * GIB],
  [4000, 4000, 2 * GIB, 16 * GIB],
  [6000, 6000, 4 * GIB, 24 * GIB],
  [8000, 8000, 4 * GIB, 32 * GIB],
];

const isSold = ({ milliCpu, memoryMiB }: ContainerSize): boolean =>
  SOLD.some(
    ([from, to, least, most]) =>
      milliCpu >= from && milliCpu <= to && memoryMiB >= least && memoryMiB <= most,
  );
