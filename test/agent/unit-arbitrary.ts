import * as fc from "fast-check";
import type { Unit } from "../../src/domain/plan.ts";
import { aUnit } from "./a-unit.ts";

const name = fc.stringMatching(/^[a-z]([a-z0-9]{0,12}[a-z0-9])?$/);
const text = fc.string({ maxLength: 40 }).map((value) => value.replaceAll("\0", ""));
const texts = fc.array(text, { maxLength: 4 });
const path = fc
  .array(fc.stringMatching(/^[a-zA-Z0-9_-]{1,10}$/), { minLength: 1, maxLength: 4 })
  .map((steps) => `/${steps.join("/")}`);
const env = fc.dictionary(fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,12}$/), text, { maxKeys: 5 });
const image = fc.constantFrom(
  "nginx",
  "ghcr.io/acme/web:1.4",
  "localhost/hello:v1",
  "registry.example:5000/a/b/c:x",
  "docker.io/library/redis:7",
);
const digest = fc.option(
  fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}`),
  { nil: undefined },
);
const size = fc.record({
  milliCpu: fc.integer({ min: 10, max: 64_000 }),
  memoryMiB: fc.integer({ min: 6, max: 262_144 }),
});
const volumes = fc.uniqueArray(
  fc.record({ name, path, sizeGiB: fc.constant(1), kind: fc.constant("scratch" as const) }),
  {
    selector: ({ name: unique }) => unique,
    maxLength: 3,
  },
);
const sidecars = fc.uniqueArray(
  fc.record({
    name: name.filter((value) => value !== "main"),
    image,
    entrypoint: fc.option(texts, { nil: undefined }),
    args: fc.option(texts, { nil: undefined }),
    env,
    secrets: fc.constant({}),
    resources: size,
    essential: fc.boolean(),
  }),
  { selector: ({ name: unique }) => unique, maxLength: 3 },
);

/** Any unit that a spec can lead to and an agent accepts. */
export const unitArbitrary: fc.Arbitrary<Unit> = fc
  .record({
    image,
    digest,
    env,
    volumes,
    sidecars,
    entrypoint: fc.option(texts, { nil: undefined }),
    args: fc.option(texts, { nil: undefined }),
    user: fc.option(fc.oneof(fc.integer({ min: 0, max: 65_535 }), name), { nil: undefined }),
    workingDir: fc.option(path, { nil: undefined }),
    stopGraceSeconds: fc.integer({ min: 0, max: 3600 }),
    labels: fc.dictionary(name, name, { maxKeys: 3 }),
    resources: size.map(({ milliCpu, memoryMiB }) => ({
      milliCpu,
      memoryMiB,
      ephemeralStorageGiB: 1,
      arch: "any" as const,
    })),
    ports: fc.array(
      fc.record({ name, port: fc.integer({ min: 1, max: 65_535 }), protocol: fc.constant("tcp" as const) }),
      { maxLength: 2 },
    ),
    route: fc.option(
      fc.record({
        port: fc.integer({ min: 1, max: 65_535 }),
        protocol: fc.constantFrom("http1" as const, "grpc" as const),
        access: fc.constant("public" as const),
      }),
      { nil: undefined },
    ),
  })
  .chain((template) => fc.record({ workload: name }).map(({ workload }) => aUnit({ workload, template })));
