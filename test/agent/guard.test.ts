import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { replicaPayload } from "../../src/agent/drivers/payload.ts";
import { judge } from "../../src/agent/guard.ts";
import { DEFAULT_LIMITS, parseLimits } from "../../src/agent/limits.ts";
import type { Limits } from "../../src/agent/limits.ts";
import type { Unit } from "../../src/domain/plan.ts";
import { aUnit } from "./a-unit.ts";
import { draftOf, HOSTILE } from "./hostile.ts";
import { unitArbitrary } from "./unit-arbitrary.ts";

const owner = { installation: "inst-1", epoch: 1, agent: "agent-1" };
const publishOn = "127.0.0.1";
const rules = (limits: Limits = DEFAULT_LIMITS, holding = 0) => ({ limits, publishOn: [publishOn], holding });
const requestsOf = (unit: Unit, limits: Limits = DEFAULT_LIMITS, engine: "docker" | "podman" = "docker") => {
  const { volumes, containers } = replicaPayload(unit, 0, { owner, limits, publishOn, engine });
  return [
    ...volumes.map(({ payload }) => ({ verb: "create-volume", payload })),
    ...containers.map(({ name, payload }) => ({ verb: "create", name, payload })),
  ];
};
/** Says itself what no container may have, without the guard's own list. */
const dangers = (payload: object): readonly string[] => {
  const text = JSON.stringify(payload);
  const words = [
    "Privileged",
    "PidMode",
    "IpcMode",
    "UTSMode",
    "UsernsMode",
    "CgroupParent",
    "Devices",
    "Binds",
    "VolumesFrom",
    "Sysctls",
    "docker.sock",
  ];
  return [
    ...words.filter((word) => text.includes(`"${word}"`)),
    ...(text.includes('"Type":"bind"') ? ["bind"] : []),
    ...(text.includes('"NetworkMode":"host"') ? ["host network"] : []),
    ...(text.includes('"CapAdd"') ? ["CapAdd"] : []),
    ...(text.includes("0.0.0.0") ? ["all addresses"] : []),
  ];
};

describe("the guard", () => {
  test("no unit whatever yields a payload outside it", () => {
    fc.assert(
      fc.property(unitArbitrary, fc.constantFrom("docker" as const, "podman" as const), (unit, engine) => {
        for (const request of requestsOf(unit, DEFAULT_LIMITS, engine)) {
          expect(judge(request, rules())).toEqual([]);
          expect(dangers(request.payload)).toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
  });

  describe.each(HOSTILE)("refuses $name", ({ mutate }) => {
    test("laid over any container", () => {
      fc.assert(
        fc.property(unitArbitrary, (unit) => {
          for (const request of requestsOf(unit).filter(({ verb }) => verb === "create")) {
            const hostile = mutate(draftOf(request));
            expect(judge(hostile, rules()).length).toBeGreaterThan(0);
          }
        }),
        { numRuns: 30 },
      );
    });
  });

  test("a field it does not know is refused, in any case of its letters: the engine's parser ignores case", () => {
    const key = fc.oneof(
      fc.string({ minLength: 1 }),
      fc.constantFrom("hostConfig", "HOSTCONFIG", "hostconfig", "image", "labels"),
    );
    fc.assert(
      fc.property(key, fc.jsonValue(), fc.boolean(), (name, value, inHost) => {
        const draft = draftOf(requestsOf(aUnit())[0]);
        const place = inHost ? draft.payload.HostConfig : draft.payload;
        fc.pre(!Object.hasOwn(place, name) && name !== "__proto__" && !KNOWN.has(name));
        Object.assign(place, { [name]: value });
        expect(judge(draft, rules()).length).toBeGreaterThan(0);
      }),
    );
  });

  test("a verb it does not know is refused, whatever it carries: an update after a harmless create too", () => {
    const benign = requestsOf(aUnit())[0];
    for (const verb of [
      "update",
      "exec",
      "build",
      "commit",
      "plugins/pull",
      "networks/create",
      "services/create",
      "services/update",
      "swarm/init",
    ]) {
      expect(judge({ ...benign, verb }, rules()), verb).toHaveLength(1);
    }
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), (verb, payload) => {
        fc.pre(!["create", "create-volume", "pull"].includes(verb));
        expect(judge({ verb, payload }, rules()).length).toBeGreaterThan(0);
      }),
    );
  });

  test("what is no object, or half a payload, is refused and never throws", () => {
    fc.assert(
      fc.property(fc.constantFrom("create", "create-volume", "pull"), fc.anything(), (verb, payload) => {
        expect(judge({ verb, payload, name: "x" }, rules()).length).toBeGreaterThan(0);
      }),
    );
  });

  test("each protection that is left out is missed", () => {
    const [request] = requestsOf(aUnit());
    for (const key of ["CapDrop", "SecurityOpt", "PidsLimit", "Memory", "NanoCpus", "RestartPolicy"]) {
      const draft = draftOf(request);
      expect(judge(draft, rules()), key).toEqual([]);
      delete draft.payload.HostConfig[key];
      expect(judge(draft, rules()), key).not.toEqual([]);
    }
  });
});

describe("the host owner's limits", () => {
  test("a registry is allowed as a whole or down to a path, cut at whole names", () => {
    const allow = (registries: readonly string[], image: string) =>
      judge({ verb: "pull", image }, rules({ ...DEFAULT_LIMITS, registries })).length === 0;
    expect(allow(["ghcr.io/acme"], "ghcr.io/acme/web:1")).toBe(true);
    expect(allow(["ghcr.io/acme"], "ghcr.io/acme-evil/web:1")).toBe(false);
    expect(allow(["ghcr.io/acme"], "ghcr.io/acmeweb:1")).toBe(false);
    expect(allow(["docker.io"], "nginx")).toBe(true);
    expect(allow(["docker.io/library"], "nginx:1.27")).toBe(true);
    expect(allow(["docker.io/library"], "someone/nginx")).toBe(false);
    expect(allow(["ghcr.io"], "ghcr.io.evil.example/web:1")).toBe(false);
    expect(allow([], "nginx")).toBe(false);
  });

  test("more memory, CPU or containers than allowed is refused with the figure", () => {
    const over = (limits: Partial<Limits>, holding = 0) =>
      judge(requestsOf(aUnit())[0] ?? { verb: "" }, rules({ ...DEFAULT_LIMITS, ...limits }, holding)).join();
    expect(over({ maxMemoryMiB: 63 })).toContain("63 MiB");
    expect(over({ maxMilliCpu: 249 })).toContain("249 milli-CPU");
    expect(over({ maxContainers: 3 }, 3)).toContain("3 containers at most");
    expect(over({ maxMemoryMiB: 64, maxMilliCpu: 250, maxContainers: 3 }, 2)).toBe("");
  });

  test("a capability is given back only when the owner lists it", () => {
    const limits = { ...DEFAULT_LIMITS, capabilities: ["CHOWN"] };
    const [request] = requestsOf(aUnit(), limits);
    expect(judge(request ?? { verb: "" }, rules(limits))).toEqual([]);
    expect(judge(request ?? { verb: "" }, rules())).not.toEqual([]);
  });

  test("a guard file with anything unknown or wrong stops the agent instead of being read laxly", () => {
    expect(parseLimits("", "agent.yaml")).toEqual(DEFAULT_LIMITS);
    expect(parseLimits("registries: [ghcr.io/acme]\nmaxMemoryMiB: 512\n", "agent.yaml").maxMemoryMiB).toBe(
      512,
    );
    for (const text of [
      "registry: [x]",
      "registries: ghcr.io",
      "capabilities: [ALL]",
      "mounts: [../etc]",
      "mounts: [/]",
      "maxContainers: -1",
      "- a",
    ]) {
      expect(() => parseLimits(text, "agent.yaml"), text).toThrow(/agent\.yaml is not a valid guard file/);
    }
  });
});

const KNOWN = new Set([
  "Image",
  "Entrypoint",
  "Cmd",
  "Env",
  "User",
  "WorkingDir",
  "Hostname",
  "Labels",
  "ExposedPorts",
  "StopTimeout",
  "Healthcheck",
  "HostConfig",
  "NetworkMode",
  "PortBindings",
  "Mounts",
  "NanoCpus",
  "Memory",
  "PidsLimit",
  "CapDrop",
  "CapAdd",
  "SecurityOpt",
  "RestartPolicy",
  "LogConfig",
]);
