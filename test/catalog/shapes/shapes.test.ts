import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Shape } from "../../../src/domain/offer.ts";
import { ACI_SPOT, ACI_STANDARD, aciMemoryGb, snapAci } from "../../../src/catalog/shapes/aci.ts";
import { snapCloudRun } from "../../../src/catalog/shapes/cloud-run.ts";
import { FARGATE_SIZES, snapFargate } from "../../../src/catalog/shapes/fargate.ts";
import type { Size, Snap } from "../../../src/catalog/shapes/snap.ts";

const GIB = 1024;

interface Grid {
  readonly snap: (size: Size) => Snap;
  readonly onGrid: (shape: Shape) => boolean;
  readonly most: Size;
  /** Cloud Run keeps files in memory, so its storage is nothing of the shape's own. */
  readonly hasStorage: boolean;
}

const GRIDS: Readonly<Record<string, Grid>> = {
  Fargate: {
    snap: (size) => snapFargate(size, "amd64"),
    onGrid: ({ milliCpu, memoryMiB, ephemeralStorageGiB }) =>
      FARGATE_SIZES.some((row) => row.milliCpu === milliCpu && row.memoryMiB.includes(memoryMiB)) &&
      ephemeralStorageGiB >= 20 &&
      ephemeralStorageGiB <= 200,
    most: { milliCpu: 16_000, memoryMiB: 120 * GIB, ephemeralStorageGiB: 200 },
    hasStorage: true,
  },
  "Container Instances": {
    snap: (size) => snapAci(size, ACI_STANDARD),
    onGrid: onAciGrid(31, 240),
    most: { milliCpu: 31_000, memoryMiB: 240 * GIB, ephemeralStorageGiB: 50 },
    hasStorage: true,
  },
  "Container Instances Spot": {
    snap: (size) => snapAci(size, ACI_SPOT),
    onGrid: onAciGrid(4, 16),
    most: { milliCpu: 4000, memoryMiB: 16 * GIB, ephemeralStorageGiB: 50 },
    hasStorage: true,
  },
  "Cloud Run": {
    snap: (size) => snapCloudRun(size, { wholeCpu: false, generation: 2 }),
    onGrid: onCloudRunGrid,
    most: { milliCpu: 8000, memoryMiB: 32 * GIB, ephemeralStorageGiB: 500 },
    hasStorage: false,
  },
  "Cloud Run by instance": {
    snap: (size) => snapCloudRun(size, { wholeCpu: true, generation: 2 }),
    onGrid: (shape) => shape.milliCpu >= 1000 && onCloudRunGrid(shape),
    most: { milliCpu: 8000, memoryMiB: 32 * GIB, ephemeralStorageGiB: 500 },
    hasStorage: false,
  },
};

describe.each(Object.entries(GRIDS))("%s", (_name, { snap, onGrid, most, hasStorage }) => {
  // Small sizes and edges of the grids are where a slip shows; even numbers alone would seldom hit them.
  const upTo = (most: number): fc.Arbitrary<number> =>
    fc.oneof(
      fc.integer({ min: 1, max: most }),
      fc.integer({ min: 1, max: Math.min(most, 4096) }),
      fc
        .tuple(
          fc.integer({ min: 1, max: Math.max(1, Math.floor(most / 500)) }),
          fc.integer({ min: -90, max: 90 }),
        )
        .map(([steps, off]) => Math.min(most, Math.max(1, steps * 500 + off))),
      fc
        .tuple(
          fc.integer({ min: 1, max: Math.max(1, Math.floor(most / GIB)) }),
          fc.integer({ min: -90, max: 90 }),
        )
        .map(([steps, off]) => Math.min(most, Math.max(1, steps * GIB + off))),
    );
  const sizes = (top: Size): fc.Arbitrary<Size> =>
    fc.record({
      milliCpu: upTo(top.milliCpu),
      memoryMiB: upTo(top.memoryMiB),
      ephemeralStorageGiB: fc.integer({ min: 0, max: top.ephemeralStorageGiB }),
    });
  const fitting = sizes(most);

  test("every size up to the biggest has a shape on the grid that gives at least what was asked", () => {
    fc.assert(
      fc.property(fitting, (size) => {
        const { shape, refusals } = snap(size);
        expect(refusals).toEqual([]);
        expect(onGrid(shape)).toBe(true);
        expect(shape.milliCpu).toBeGreaterThanOrEqual(size.milliCpu);
        expect(shape.memoryMiB).toBeGreaterThanOrEqual(size.memoryMiB);
        if (hasStorage) expect(shape.ephemeralStorageGiB).toBeGreaterThanOrEqual(size.ephemeralStorageGiB);
      }),
      { numRuns: 1000 },
    );
  });

  test("a shape that is sold snaps to itself", () => {
    fc.assert(
      fc.property(fitting, (size) => {
        const { shape } = snap(size);
        expect(snap(shape).shape).toEqual(shape);
      }),
    );
  });

  test("asking for more never gives less", () => {
    fc.assert(
      fc.property(fitting, fitting, (size, other) => {
        const bigger = {
          milliCpu: Math.max(size.milliCpu, other.milliCpu),
          memoryMiB: Math.max(size.memoryMiB, other.memoryMiB),
          ephemeralStorageGiB: Math.max(size.ephemeralStorageGiB, other.ephemeralStorageGiB),
        };
        expect(snap(bigger).shape.milliCpu).toBeGreaterThanOrEqual(snap(size).shape.milliCpu);
      }),
    );
  });

  test("a size above the biggest is refused with the field to change, and never cut down", () => {
    const beyond: Size = { milliCpu: 64_000, memoryMiB: 512 * GIB, ephemeralStorageGiB: 1000 };
    fc.assert(
      fc.property(sizes(beyond), (size) => {
        const { shape, refusals } = snap(size);
        const over = [
          ...(size.milliCpu > most.milliCpu ? ["/resources/cpu"] : []),
          ...(size.memoryMiB > most.memoryMiB ? ["/resources/memory"] : []),
          ...(hasStorage && size.ephemeralStorageGiB > most.ephemeralStorageGiB
            ? ["/resources/ephemeralStorage"]
            : []),
        ];
        expect(refusals.map(({ pointer }) => pointer)).toEqual(over);
        expect(shape.milliCpu).toBeGreaterThanOrEqual(size.milliCpu);
        expect(shape.memoryMiB).toBeGreaterThanOrEqual(size.memoryMiB);
      }),
    );
  });
});

test.each([
  ["the smallest task", 100, 128, 250, 512],
  ["memory that decides the CPU", 250, 3000, 500, 3072],
  ["4 GiB steps at 8 vCPU", 8000, 17 * GIB, 8000, 20 * GIB],
  ["8 GiB steps at 16 vCPU", 9000, 33 * GIB, 16_000, 40 * GIB],
  ["30 GiB, the most at 4 vCPU", 4000, 30 * GIB, 4000, 30 * GIB],
])("Fargate sells %s", (_name, milliCpu, memoryMiB, givenCpu, givenMemory) => {
  const { shape } = snapFargate({ milliCpu, memoryMiB, ephemeralStorageGiB: 0 }, "arm64");
  expect([shape.milliCpu, shape.memoryMiB, shape.arch]).toEqual([givenCpu, givenMemory, "arm64"]);
});

test("a container group is billed in whole vCPUs and tenths of a GiB, and has at least one of each", () => {
  const small = snapAci({ milliCpu: 500, memoryMiB: 600, ephemeralStorageGiB: 20 }, ACI_STANDARD).shape;
  expect([small.milliCpu, aciMemoryGb(small.memoryMiB)]).toEqual([1000, 1]);
  const odd = snapAci({ milliCpu: 1001, memoryMiB: 1100, ephemeralStorageGiB: 20 }, ACI_STANDARD).shape;
  expect([odd.milliCpu, aciMemoryGb(odd.memoryMiB)]).toEqual([2000, 1.1]);
});

test.each([
  ["0.08 vCPU at the least", 10, 64, 80, 128],
  ["half a vCPU above 512 MiB", 167, 700, 500, 700],
  ["1 vCPU above 1 GiB", 999, 1025, 1000, 1025],
  ["6 vCPU where 4 are too few", 4001, GIB, 6000, 4 * GIB],
  ["8 vCPU above 24 GiB", 1000, 25 * GIB, 8000, 25 * GIB],
])("Cloud Run sells %s", (_name, milliCpu, memoryMiB, givenCpu, givenMemory) => {
  const { shape } = snapCloudRun(
    { milliCpu, memoryMiB, ephemeralStorageGiB: 20 },
    { wholeCpu: false, generation: 2 },
  );
  expect([shape.milliCpu, shape.memoryMiB]).toEqual([givenCpu, givenMemory]);
});

function onAciGrid(vCpu: number, gib: number) {
  return ({ milliCpu, memoryMiB, arch }: Shape): boolean =>
    milliCpu % 1000 === 0 &&
    milliCpu <= vCpu * 1000 &&
    memoryMiB === Math.floor(aciMemoryGb(memoryMiB) * GIB) &&
    aciMemoryGb(memoryMiB) <= gib &&
    arch === "amd64";
}

/** The table of Google's pages, written down a second time so that a slip in the first shows. */
function onCloudRunGrid({ milliCpu, memoryMiB }: Shape): boolean {
  if (milliCpu < 500) return milliCpu >= 80 && memoryMiB >= 128 && memoryMiB <= 512;
  if (milliCpu < 1000) return memoryMiB >= 128 && memoryMiB <= GIB;
  const row = new Map([
    [1000, [512, 4 * GIB]],
    [2000, [512, 8 * GIB]],
    [4000, [2 * GIB, 16 * GIB]],
    [6000, [4 * GIB, 24 * GIB]],
    [8000, [4 * GIB, 32 * GIB]],
  ]).get(milliCpu);
  const [least = Infinity, most = 0] = row ?? [];
  return memoryMiB >= least && memoryMiB <= most;
}
