import { describe, expect, test } from "vitest";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import { cloudOffers } from "../../src/catalog/cloud-offers.ts";
import type { Needs } from "../../src/domain/needs.ts";
import type { Cloud } from "../../src/domain/place.ts";
import { aService, aWorker } from "./needs.ts";

const GIB = 1_024;
const BOOK = builtInBook();
const REGIONS = { ecs: "eu-west-1", aci: "westeurope", "cloud-run": "europe-west1" } as const;

/** What stands against offers for an image of so many MiB, by architecture. */
function against(cloud: Cloud, largestMiB: Partial<Record<"amd64" | "arm64", number>>, storageGiB = 20) {
  const needs = {
    ...(cloud === "aci" ? aWorker() : aService({ arch: cloud === "ecs" ? "any" : "amd64" })),
    ephemeralStorageGiB: storageGiB,
    images: { largestMiB, entrypoints: true },
  };
  return cloudOffers(cloud, REGIONS[cloud], needs, BOOK).map(({ shape, impossible }) => ({
    arch: shape.arch,
    sentences: impossible.map(({ message }) => message),
  }));
}
const sentences = (...args: Parameters<typeof against>) => against(...args).flatMap((one) => one.sentences);

describe("an image whose size is known", () => {
  test("is refused on Fargate where its task's storage cannot hold it packed and unpacked, with the storage it needs", () => {
    expect(sentences("ecs", { amd64: 10 * GIB, arm64: 10 * GIB })).toEqual([]);
    const [said] = sentences("ecs", { amd64: 10 * GIB + 1 });
    expect(said).toBe(
      "A Fargate task's 20 GiB of storage cannot hold an image of 10241 MiB twice, as pulled and unpacked: set resources.ephemeralStorage to 21Gi or more",
    );
    expect(sentences("ecs", { amd64: 10 * GIB + 1 }, 21)).toEqual([]);
  });

  test("that no task's storage holds is told to be made smaller", () => {
    expect(sentences("ecs", { amd64: 101 * GIB }, 200)[0]).toContain(
      "no task has more than 200 GiB: make them smaller",
    );
  });

  test("is refused for the architecture that it is so large in, and no other", () => {
    for (const { arch, sentences: said } of against("ecs", { amd64: 1, arm64: 15 * GIB }))
      expect(said).toHaveLength(arch === "arm64" ? 1 : 0);
  });

  test("is refused on Container Instances beyond 15 GB", () => {
    expect(sentences("aci", { amd64: 14_306 })).toEqual([]);
    for (const said of sentences("aci", { amd64: 14_307 }))
      expect(said).toBe(
        "Container Instances takes images of 15 GB at most, and one has 14307 MiB as it is pulled: make it smaller, or exclude aci by policy",
      );
    expect(sentences("aci", { amd64: 14_307 })).not.toEqual([]);
  });

  test("is never refused on Cloud Run, which has no such limit", () => {
    expect(sentences("cloud-run", { amd64: 60 * GIB })).toEqual([]);
  });

  test("is not refused for a size that nobody knows", () => {
    expect([...sentences("ecs", {}), ...sentences("aci", {})]).toEqual([]);
  });
});

describe("scratch volumes", () => {
  const scratch = (cloud: Cloud, scratchGiB: number, more: Partial<Needs> = {}) =>
    cloudOffers(cloud, REGIONS[cloud], { ...aWorker(), scratchGiB, ...more }, BOOK).flatMap(
      ({ impossible }) => impossible.map(({ message }) => message),
    );

  test("are refused on Fargate where the task's storage cannot hold them, beside the image", () => {
    expect(scratch("ecs", 20)).toEqual([]);
    expect(scratch("ecs", 21)[0]).toBe(
      "A Fargate task's 20 GiB of storage cannot hold scratch volumes of 21 GiB: set resources.ephemeralStorage to 21Gi or more",
    );
    expect(scratch("ecs", 21, { ephemeralStorageGiB: 21 })).toEqual([]);
    const images = { largestMiB: { amd64: 3 * GIB }, entrypoints: true };
    expect(scratch("ecs", 15, { images })[0]).toContain("21Gi or more");
  });

  test("are refused on Container Instances beyond the storage of a group", () => {
    expect(scratch("aci", 50)).toEqual([]);
    expect(scratch("aci", 51)[0]).toContain("share the 50 GiB");
  });
});
