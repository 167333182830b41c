import { expect, test } from "vitest";
import { parseSpec } from "../../../src/domain/parse-spec.ts";
import type { Spec } from "../../../src/domain/spec.ts";
import { limitsIn } from "./limits-in.ts";
import { offersOf, renderedOf } from "./rendered.ts";

const SIDECAR = {
  name: "proxy",
  image: "docker.io/acme/proxy:1",
  resources: { cpu: "100m", memory: "128Mi" },
};

function specOf(sizesGi: readonly number[], more: object = {}): Spec {
  const volumes = sizesGi.map((size, at) => ({ name: `v${at}`, path: `/v${at}`, size: `${size}Gi` }));
  const parsed = parseSpec({
    name: "thumbs",
    port: 8080,
    image: "docker.io/acme/thumbs:1",
    resources: { cpu: 1, memory: "512Mi" },
    volumes,
    ...more,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.spec;
}

function limitsOf(spec: Spec) {
  const [offer] = offersOf(spec);
  if (offer === undefined) throw new Error("no offer");
  return limitsIn(renderedOf(spec, offer).document);
}

test("the main container has memory for its scratch volumes besides its own, and the offer says how much", () => {
  const spec = specOf([1, 2]);
  const [offer] = offersOf(spec);
  expect(offer?.shape.memoryMiB).toBe(512 + 3 * 1_024);
  expect(offer?.fidelity.find(({ field }) => field === "/resources/memory")?.message).toBe(
    "memory 512 MiB -> 3.5 GiB",
  );
  expect(limitsOf(spec)).toEqual([{ milliCpu: 1_000, memoryMiB: 3_584 }]);
});

test("a sidecar gets nothing for volumes that only the main container has", () => {
  expect(limitsOf(specOf([2], { sidecars: [SIDECAR] }))).toEqual([
    { milliCpu: 1_000, memoryMiB: 2_560 },
    { milliCpu: 100, memoryMiB: 128 },
  ]);
});

test("more CPU is given where the memory for scratch volumes asks for it, and priced", () => {
  const [offer] = offersOf(specOf([6]));
  expect([offer?.shape.milliCpu, offer?.shape.memoryMiB]).toEqual([2_000, 6_656]);
  expect(offer?.fidelity.map(({ field }) => field)).toContain("/resources/cpu");
});

test("scratch volumes that no instance has memory for are refused, and the sentence names them", () => {
  const [offer] = offersOf(specOf([40]));
  expect(offer?.impossible.map(({ message }) => message).join(" ")).toContain("scratch volumes");
});

test("a unit that was placed before its scratch volumes were counted in is made in the size it has", () => {
  const spec = specOf([2]);
  const [offer] = offersOf(spec);
  const older = offer && { ...offer, shape: { ...offer.shape, memoryMiB: 512 } };
  expect(older && limitsIn(renderedOf(spec, older).document)).toEqual([{ milliCpu: 1_000, memoryMiB: 512 }]);
});
