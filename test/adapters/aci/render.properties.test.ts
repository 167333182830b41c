import * as fc from "fast-check";
import { expect, test } from "vitest";
import { filled } from "../../../src/adapters/aci/render/fill.ts";
import { replicaGroup, runGroup } from "../../../src/adapters/aci/render/group.ts";
import { sharesOf } from "../../../src/adapters/aci/render/shares.ts";
import { bodyRefusal } from "../../../src/adapters/aci/simulator/validate.ts";
import { ACI_CAPABILITIES } from "../../../src/catalog/features/aci.ts";
import { needsOf } from "../../../src/domain/needs-of.ts";
import { armJudge } from "../../contracts/arm-judge.ts";
import { arbitrarySpec } from "../../domain/arbitraries.ts";
import type { Offer } from "../../../src/domain/offer.ts";
import type { Unit } from "../../../src/domain/plan.ts";
import type { Spec } from "../../../src/domain/spec.ts";
import { planned } from "./rendered.ts";

const judge = armJudge();
const PATH = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerInstance/containerGroups/";
const query = { "api-version": "2023-05-01" };
/** Azure, "Use tags to organize your Azure resources", Limitations. */
const MOST_TAGS = 50;
const FILLING = {
  tags: { "berth-installation": "ins_test", "berth-epoch": "1" },
  secrets: new Map<string, string>(),
  logins: [{ server: "ghcr.io", username: "u", password: "p" }],
};

test("each of 10,000 specs that is accepted renders to a document the contract takes, and its fidelity says what is not as written", () => {
  let accepted = 0;
  fc.assert(
    fc.property(arbitrarySpec.map(takeable), (spec) => {
      const { offer, unit } = planned(spec);
      if (offer.impossible.length > 0) return;
      accepted += 1;
      fidelityIsWhole(spec, offer, unit);
      const secrets = new Map(
        [...JSON.stringify(unit.template).matchAll(/[a-z0-9-]+@3/g)].map(([reference]) => [
          reference,
          "value",
        ]),
      );
      const job = spec.kind === "job";
      const group = job ? runGroup(unit, { run: "r", attempt: 1, name: unit.name }) : replicaGroup(unit, 0);
      const sent = filled(group, { ...FILLING, secrets });
      const body: unknown = JSON.parse(JSON.stringify(sent));
      expect(judge.request({ method: "PUT", path: `${PATH}${unit.name}-0`, query, body })).toEqual([]);
      expect(bodyRefusal(`${unit.name}-0`, sent)).toBeUndefined();
      expect(JSON.stringify(body)).not.toContain("berth-secret:");
      expect(Object.keys(sent.tags ?? {}).length).toBeLessThanOrEqual(MOST_TAGS);
    }),
    { numRuns: 10_000 },
  );
  expect(accepted).toBeGreaterThan(5_000);
}, 240_000);

/** The same spec without what no container group takes, so that most are accepted. */
function takeable(spec: Spec): Spec {
  const route = spec.route === undefined ? undefined : { ...spec.route, access: "public" as const };
  return {
    ...spec,
    route,
    health: { ...spec.health, grpc: undefined },
    resources: { ...spec.resources, arch: "any", gpu: undefined, ephemeralStorageGiB: 50 },
    ports: [],
    before: [],
    after: [],
    workingDir: undefined,
    stopGraceSeconds: 10,
    user: undefined,
    volumes: spec.volumes.filter(({ kind }) => kind === "scratch"),
    scale: { ...spec.scale, min: Math.max(1, spec.scale.min) },
    rollout: { ...spec.rollout, strategy: "rolling" },
  };
}

function fidelityIsWhole(spec: Spec, { fidelity }: Offer, { shape }: Unit): void {
  const told = (pointer: string) => fidelity.some(({ field }) => field === pointer);
  const { demands, milliCpu, memoryMiB } = needsOf(spec);
  for (const { feature, pointer } of demands) {
    const { level } = ACI_CAPABILITIES.features[feature];
    expect(level).not.toBe("dropped");
    if (level !== "exact") expect(told(pointer), pointer).toBe(true);
  }
  if (shape.milliCpu > milliCpu) expect(told("/resources/cpu")).toBe(true);
  if (shape.memoryMiB > memoryMiB) expect(told("/resources/memory")).toBe(true);
  if (spec.route !== undefined) expect(told("/route")).toBe(true);
}

const asked = fc.record({
  milliCpu: fc.integer({ min: 1, max: 4_000 }),
  memoryMiB: fc.integer({ min: 6, max: 8_192 }),
});

test("containers share exactly the group's size, and none may use less than it asked for", () => {
  fc.assert(
    fc.property(fc.array(asked, { minLength: 1, maxLength: 60 }), (containers) => {
      const milliCpu = Math.ceil(containers.reduce((sum, one) => sum + one.milliCpu, 0) / 1_000) * 1_000;
      const tenths = Math.max(
        10,
        containers.length,
        Math.ceil(containers.reduce((sum, one) => sum + one.memoryMiB, 0) / 102.4),
      );
      const shape = {
        milliCpu,
        memoryMiB: Math.floor(tenths * 102.4),
        ephemeralStorageGiB: 50,
        arch: "amd64",
      } as const;
      const shares = sharesOf(shape, containers);
      const cpu = shares.reduce((sum, { requests }) => sum + Math.round(requests.cpu * 100), 0);
      const memory = shares.reduce((sum, { requests }) => sum + Math.round(requests.memoryInGB * 10), 0);
      expect(cpu).toBe(Math.max(100, milliCpu / 10));
      expect(memory).toBe(tenths);
      for (const [index, { requests, limits = requests }] of shares.entries()) {
        expect(limits.cpu * 1_000 + 1e-6).toBeGreaterThanOrEqual(containers[index]?.milliCpu ?? 0);
        expect(limits.memoryInGB * 1_024 + 1e-6).toBeGreaterThanOrEqual(containers[index]?.memoryMiB ?? 0);
        expect(requests.cpu).toBeGreaterThan(0);
        expect(requests.memoryInGB).toBeGreaterThan(0);
      }
    }),
  );
});
