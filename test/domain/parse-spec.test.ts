import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseDocument } from "../../src/domain/parse-document.ts";
import { parseSpec } from "../../src/domain/parse-spec.ts";
import { pathOf } from "../../src/domain/json-pointer.ts";
import { MAX_PROBLEMS } from "../../src/domain/spec-schema/limits.ts";
import { arbitrarySpecDocument } from "./arbitraries.ts";
import { BROKEN_SPECS, type BrokenSpec } from "./broken-specs.ts";

function documentOf({ document, text }: BrokenSpec): unknown {
  if (text === undefined) return document;
  const parsed = parseDocument(text, "application/yaml");
  return parsed.ok ? parsed.document : undefined;
}

function spec(document: unknown) {
  const parsed = parseSpec(document);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.spec;
}

function messages(document: unknown): Readonly<Record<string, string>> {
  const parsed = parseSpec(document);
  return Object.fromEntries(
    parsed.ok ? [] : parsed.problems.map(({ pointer, message }) => [pointer, message]),
  );
}

const good = { name: "web", image: "nginx", port: 80 };

describe("broken specs", () => {
  test("there are at least fifty of them", () => expect(BROKEN_SPECS.length).toBeGreaterThanOrEqual(50));

  test.each(BROKEN_SPECS)("refused, with every field named: $name", (broken) => {
    const parsed = parseSpec(documentOf(broken));
    expect(parsed.ok ? [] : parsed.problems.map(({ pointer }) => pointer)).toEqual(broken.pointers);
    for (const { message } of parsed.ok ? [] : parsed.problems) expect(message).toMatch(/^[^\n]{8,400}$/);
  });
});

test("any JSON at all is parsed or refused with problems, and nothing throws", () => {
  fc.assert(
    fc.property(fc.jsonValue({ depthSize: "large" }), (document) => {
      const parsed = parseSpec(document);
      expect(parsed.ok || parsed.problems.length > 0).toBe(true);
    }),
  );
});

test("a valid document with any field broken is refused there, and nothing throws", () => {
  fc.assert(
    fc.property(
      arbitrarySpecDocument,
      fc.nat(),
      fc.constantFrom(null, {}, "\u0000", Number.NaN, [[]], -1),
      (document, at, junk) => {
        const field = Object.keys(document)[at % Object.keys(document).length] ?? "name";
        const parsed = parseSpec({ ...document, [field]: junk });
        if (parsed.ok) return; // an empty object is a fine x-ecs
        expect(parsed.problems.some(({ pointer }) => pathOf(pointer)[0] === field)).toBe(true);
      },
    ),
  );
});

test("values that JSON does not have are refused where they stand", () => {
  const odd = { ...good, "x-ecs": { date: new Date(0), run: () => 1, big: 1n, map: new Map() } };
  expect(Object.keys(messages(odd))).toEqual(["/x-ecs/date", "/x-ecs/run", "/x-ecs/big", "/x-ecs/map"]);
});

test("at most a hundred problems are told, however many there are", () => {
  const env = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`A${index}`, 1]));
  const parsed = parseSpec({ ...good, env });
  expect(parsed.ok ? 0 : parsed.problems.length).toBe(MAX_PROBLEMS);
});

test("a mistyped field or choice is told with the one that was meant", () => {
  const told = messages({
    ...good,
    resources: { memmory: "1Gi" },
    unreachable: "replce",
    rolout: {},
    command: "x",
    count: 2,
  });
  expect(told["/resources/memmory"]).toBe("unknown field; did you mean memory?");
  expect(told["/rolout"]).toBe("unknown field; did you mean rollout?");
  expect(told["/unreachable"]).toBe("did you mean replace? The choices are replace, fence");
  expect(told["/command"]).toContain("say entrypoint or args");
  expect(told["/count"]).toContain("scale.min");
  expect(messages({ ...good, scale: { zzzzzz: 1 } })["/scale/zzzzzz"]).toContain(
    "min, max, concurrency, cpuPercent",
  );
});

test("a field with several faults is told once, with what to do first", () => {
  const document: unknown = JSON.parse('{"name":"web","image":"nginx","port":80,"__proto__":{}}');
  expect(messages(document)["/__proto__"]).toContain("is not allowed");
});

test("a plain number of bytes is told as what it is", () => {
  expect(messages({ ...good, resources: { memory: 512 } })["/resources/memory"]).toContain("512 bytes");
});

test("the shortest spec gets the documented defaults", () => {
  expect(spec(good)).toMatchObject({
    kind: "service",
    resources: { milliCpu: 500, memoryMiB: 512, ephemeralStorageGiB: 20, arch: "any" },
    route: {
      port: 80,
      protocol: "http1",
      access: "public",
      hosts: [],
      sticky: false,
      timeoutSeconds: 60,
      maxBodyMiB: 32,
    },
    health: { intervalSeconds: 10, timeoutSeconds: 2, failureThreshold: 3, startupSeconds: 60 },
    scale: { min: 1, max: 1 },
    stopGraceSeconds: 10,
    unreachable: "replace",
    priority: 50,
    rollout: {
      strategy: "rolling",
      percents: [100],
      bakeSeconds: 0,
      deadlineSeconds: 900,
      order: "start-first",
      onFailure: "rollback",
    },
    policy: "default",
  });
});

test("a job gets its defaults, and its parallelism as replicas", () => {
  const job = {
    retries: 3,
    timeoutSeconds: 3_600,
    parallelism: 1,
    timeZone: "UTC",
    overlap: "forbid",
    retryUnknown: false,
  };
  expect(spec({ name: "a", image: "b", kind: "job" })).toMatchObject({ job, scale: { min: 1, max: 1 } });
  expect(spec({ name: "a", image: "b", kind: "job", job: { parallelism: 4 } }).scale).toEqual({
    min: 4,
    max: 4,
  });
});

test.each([
  ["a service", good, "replace"],
  ["a worker", { name: "a", image: "b", kind: "worker" }, "fence"],
  ["a job", { name: "a", image: "b", kind: "job" }, "fence"],
  ["a singleton", { ...good, singleton: true }, "fence"],
  ["a disk", { ...good, volumes: [{ name: "v", path: "/v", size: "1Gi", kind: "disk" }] }, "fence"],
  ["a share", { ...good, volumes: [{ name: "v", path: "/v", size: "1Gi", kind: "share" }] }, "fence"],
  ["scratch space", { ...good, volumes: [{ name: "v", path: "/v", size: "1Gi" }] }, "replace"],
  [
    "a worker that says replace",
    { name: "a", image: "b", kind: "worker", unreachable: "replace" },
    "replace",
  ],
])("what may not run twice waits for the first to stop: %s", (_name, document, unreachable) => {
  expect(spec(document).unreachable).toBe(unreachable);
});

test.each([
  [{ strategy: "canary" }, { percents: [10, 50, 100], bakeSeconds: 60, order: "start-first" }],
  [{ strategy: "recreate" }, { percents: [100], bakeSeconds: 0, order: "stop-first" }],
  [
    { percents: [5, 100], bakeSeconds: 3 },
    { percents: [5, 100], bakeSeconds: 3 },
  ],
])("a rollout that says %j gets %j", (rollout, expected) => {
  expect(spec({ ...good, rollout }).rollout).toMatchObject(expected);
});

test("a disk and a singleton are stopped before their successor starts", () => {
  expect(spec({ ...good, singleton: true }).rollout.order).toBe("stop-first");
  const volumes = [{ name: "v", path: "/v", size: "1Gi", kind: "disk" }];
  expect(spec({ ...good, volumes }).rollout.order).toBe("stop-first");
});

test("a route that does not say is as private as its surroundings", () => {
  const access = (document: unknown) => {
    const parsed = parseSpec(document, { access: "private" });
    return parsed.ok ? parsed.spec.route?.access : undefined;
  };
  expect(access(good)).toBe("private");
  expect(access({ name: "web", image: "nginx", route: { port: 80, access: "public" } })).toBe("public");
});

test("empty entrypoint and args are the image's own, and a user of digits is a number", () => {
  const parsed = spec({ ...good, entrypoint: [], args: [], user: "1000", before: [{ name: "m", args: [] }] });
  expect([parsed.entrypoint, parsed.args, parsed.before[0]?.args, parsed.user]).toEqual([
    undefined,
    undefined,
    undefined,
    1_000,
  ]);
});

test("the short port joins a route that has none", () => {
  expect(spec({ ...good, route: { sticky: true } }).route).toMatchObject({ port: 80, sticky: true });
});

test("max follows min, and min stays 1 under a larger max", () => {
  expect(spec({ ...good, scale: { min: 3 } }).scale).toEqual({ min: 3, max: 3 });
  expect(spec({ ...good, scale: { min: 0 } }).scale).toEqual({ min: 0, max: 1 });
  expect(spec({ ...good, scale: { max: 5, concurrency: 80 } }).scale).toEqual({
    min: 1,
    max: 5,
    concurrency: 80,
  });
});
