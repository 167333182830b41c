import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseEcsConfig } from "../../../src/adapters/ecs/config.ts";
import { renderDocument } from "../../../src/adapters/ecs/render/document.ts";
import { definitionProblem } from "../../../src/adapters/ecs/simulator/validation.ts";
import { parseSpec } from "../../../src/domain/parse-spec.ts";
import type { Spec } from "../../../src/domain/spec.ts";
import { violations } from "../../contracts/botocore.ts";
import { arbitrarySpec } from "../../domain/arbitraries.ts";
import { unit as makeUnit } from "../fixtures.ts";
import { renderSpecs } from "../render-specs.ts";
import { FIELD_TABLE, leavesOf } from "./field-table.ts";
import { type Rendered, rendered } from "./rendered.ts";
import { CONFIG, EXPRESS_CONFIG, ecsTemplate, jobTemplate, PLACE } from "./world.ts";

const BILLINGS = ["on-demand", "spot"] as const;
const SPECS = [...renderSpecs()].flatMap(([name, spec]): (readonly [string, Spec])[] =>
  // Waiting for others is refused everywhere yet; without it the rest of a singleton is rendered, too.
  spec.singleton
    ? [
        [name, spec],
        [`${name}-alone`, { ...spec, after: [] }],
      ]
    : [[name, spec]],
);
const golden = ([, spec]: readonly [string, Spec]) =>
  BILLINGS.map((billing) => {
    const result = rendered(spec, billing);
    if ("impossible" in result) return { billing, impossible: result.impossible };
    return { billing, document: result.document, fidelity: result.fidelity };
  });

const WITH_TASK_ROLE = {
  ...CONFIG,
  roles: { ...CONFIG.roles, task: "arn:aws:iam::123456789012:role/berth-task" },
};

describe("what ECS is told", () => {
  test.each(SPECS)("is the golden file of %s", async (name, spec) => {
    const text = `${JSON.stringify(golden([name, spec]), null, 2)}\n`;
    await expect(text).toMatchFileSnapshot(`golden/${name}.golden.json`);
  });

  test("comes, leaf by leaf, from a row of the field table, and every row is used", () => {
    const leaves = new Set(
      SPECS.flatMap((entry) => golden(entry).flatMap(({ document }) => [...leavesOf(document ?? {})])),
    );
    const rows = Object.keys(FIELD_TABLE);
    expect([...leaves].filter((leaf) => !rows.includes(leaf))).toEqual([]);
    expect(rows.filter((row) => !leaves.has(row))).toEqual([]);
  });

  test("keeps AWS's contract and Fargate's rules for every accepted one of 10,000 specs, and says what is not as written", () => {
    let accepted = 0;
    fc.assert(
      fc.property(arbitrarySpec, fc.constantFrom(...BILLINGS), fc.boolean(), (drawn, billing, whole) => {
        const spec = whole ? drawn : withoutRefused(drawn);
        const result = rendered(spec, billing);
        if ("impossible" in result) {
          for (const line of result.impossible) expect(line.length).toBeGreaterThan(10);
          return;
        }
        accepted += 1;
        keepsContract(result);
        saysWhatDiffers(spec, result);
      }),
      { numRuns: 10_000 },
    );
    expect(accepted).toBeGreaterThan(2_000);
  }, 120_000);

  test.each([
    ["enableExecuteCommand", true, {}, /x-ecs\.enableExecuteCommand cannot be said .* Express Mode: remove/],
    ["availabilityZoneRebalancing", false, {}, /availabilityZoneRebalancing cannot be said .* Express Mode/],
    ["availabilityZoneRebalancing", true, { singleton: true }, /singleton's next task before the last/],
  ])("refuses x-ecs.%s %s where it would be dropped or undo the spec", (field, value, changes, sentence) => {
    const template = ecsTemplate({ ...changes, "x-ecs": { [field]: value } });
    const unit = makeUnit(1, PLACE, { template });
    expect(() => renderDocument(unit, parseEcsConfig(EXPRESS_CONFIG))).toThrow(sentence);
    const calm = makeUnit(1, PLACE, { template: ecsTemplate({ "x-ecs": { [field]: value } }) });
    expect(renderDocument(calm, parseEcsConfig(WITH_TASK_ROLE))).toHaveProperty("createService");
  });

  test("starts the main container after its essential sidecars, which stop after it, and waits for no other", () => {
    const sidecar = (name: string, essential: boolean) => ({ name, image: "ghcr.io/acme/side:1", essential });
    const sidecars = [sidecar("proxy", true), sidecar("logs", false)];
    const parsed = parseSpec({ name: "web", image: "ghcr.io/acme/web:1", port: 8080, sidecars });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const result = rendered(parsed.spec, "on-demand");
    expect(result).toMatchObject({
      document: {
        registerTaskDefinition: {
          containerDefinitions: [
            { name: "web", dependsOn: [{ containerName: "proxy", condition: "START" }] },
            { name: "proxy" },
            { name: "logs" },
          ],
        },
      },
    });
    expect(JSON.stringify(result).split("dependsOn")).toHaveLength(2);
  });

  test("refuses x-ecs.enableExecuteCommand where the tasks have no role, for services and jobs, and takes it switched off", () => {
    const rendering = (on: boolean, kind: "service" | "job") => {
      const of = kind === "job" ? jobTemplate : ecsTemplate;
      const made = makeUnit(1, PLACE, { template: of({ "x-ecs": { enableExecuteCommand: on } }) });
      return () => renderDocument(made, parseEcsConfig(CONFIG));
    };
    for (const kind of ["service", "job"] as const) {
      expect(rendering(true, kind)).toThrow(
        /enableExecuteCommand needs a role .* give the target roles\.task/,
      );
      expect(rendering(false, kind)).not.toThrow();
    }
  });

  test("refuses what x-ecs does not take with a sentence that names what it does", () => {
    for (const extension of [{ enableExecuteComand: true }, { readonlyRootFilesystem: "yes" }, { cpu: 1 }])
      expect(rendered({ ...first(), "x-ecs": extension }, "on-demand")).toMatchObject({
        impossible: [expect.stringMatching(/x-ecs.*(takes|true or false)/)],
      });
  });
});

// What Fargate can never take is so common among drawn specs that little else would be seen.
function withoutRefused(spec: Spec): Spec {
  const rollout = { ...spec.rollout, strategy: "rolling" as const };
  const volumes = spec.volumes.map((volume) => ({ ...volume, kind: "scratch" as const }));
  const scale = spec.kind === "service" ? { ...spec.scale, min: Math.max(1, spec.scale.min) } : spec.scale;
  const resources = { ...spec.resources, gpu: undefined };
  const route = spec.route && { ...spec.route, access: "public" as const };
  const health = { ...spec.health, grpc: undefined };
  return {
    ...spec,
    "x-ecs": undefined,
    after: [],
    before: [],
    files: [],
    rollout,
    volumes,
    scale,
    resources,
    route,
    health,
  };
}

type Accepted = Extract<Rendered, { unit: unknown }>;

function keepsContract({ document }: Accepted): void {
  for (const [call, input] of Object.entries(document)) {
    const operation = call.charAt(0).toUpperCase() + call.slice(1);
    expect(violations("ecs", operation, "request", input)).toEqual([]);
  }
  const definition: Parameters<typeof definitionProblem>[0] = JSON.parse(
    JSON.stringify(document["registerTaskDefinition"]),
  );
  expect(definitionProblem(definition)).toBeUndefined();
}

// Read from the document, not from the table that the report is made of.
function saysWhatDiffers(spec: Spec, { document, fidelity }: Accepted): void {
  const told = new Set(fidelity.map(({ field }) => field));
  const text = JSON.stringify(document);
  const { cpu, memory } = JSON.parse(JSON.stringify(document["registerTaskDefinition"]));
  const containers = [spec, ...spec.sidecars];
  const asked = (read: (resources: { milliCpu: number; memoryMiB: number }) => number) =>
    containers.reduce((sum, { resources }) => sum + read(resources), 0);
  const differs: readonly (readonly [string, boolean])[] = [
    ["/resources/cpu", (Number(cpu) * 1_000) / 1_024 > asked((one) => one.milliCpu)],
    ["/resources/memory", Number(memory) > asked((one) => one.memoryMiB)],
    ["/route", spec.route !== undefined],
    ["/route/sticky", spec.route?.sticky === true],
    [
      "/health/path",
      spec.health.path !== undefined && !text.includes(`"healthCheckPath":"${spec.health.path}"`),
    ],
    ["/health/aliveSeconds", spec.health.aliveSeconds !== undefined],
    ["/scale", spec.scale.min !== spec.scale.max],
    ...spec.volumes.map((_volume, index) => [`/volumes/${index}`, true] as const),
  ];
  for (const [field, differ] of differs) if (differ) expect(told, field).toContain(field);
}

function first(): Spec {
  const [entry] = SPECS;
  if (entry === undefined) throw new Error("there is no spec");
  return entry[1];
}
