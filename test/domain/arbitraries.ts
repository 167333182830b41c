import * as fc from "fast-check";
import { parseSpec } from "../../src/domain/parse-spec.ts";
import type { Spec } from "../../src/domain/spec.ts";

/** Short lower-case names that every grammar of names takes. */
const arbitraryName = fc.stringMatching(/^[a-z][a-z0-9]{0,7}$/).filter((name) => name !== "xn");

const variable = fc.stringMatching(/^[A-Z]{1,4}_[A-Z0-9]{1,6}$/);
const text = fc.stringMatching(/^[ -~é]{0,24}$/).filter((value) => !value.includes("${workload."));
const words = fc.array(text, { minLength: 0, maxLength: 3 });
const secretNames = (prefix: string) =>
  fc.dictionary(
    variable.map((name) => `${prefix}${name}`),
    arbitraryName,
    { maxKeys: 2 },
  );
const cpu = fc.oneof(
  fc.constantFrom("250m", "1", 0.5, 2, "1.5"),
  fc.integer({ min: 1, max: 9_999 }).map((milli) => `${milli}m`),
);
const memory = fc.oneof(
  fc.constantFrom("1Gi", "500M", "64Mi"),
  fc.integer({ min: 6, max: 65_536 }).map((mib) => `${mib}Mi`),
);
const seconds = fc.integer({ min: 1, max: 200 });

const image = fc.constantFrom(
  "nginx",
  "ghcr.io/acme/web:1.4",
  "registry.example.com:5000/team/app:latest",
  `docker.io/library/redis@sha256:${"ab".repeat(32)}`,
);

const sidecar = fc.record(
  {
    image,
    entrypoint: words,
    args: words,
    env: fc.dictionary(variable, text, { maxKeys: 2 }),
    secrets: secretNames("SEC_"),
    resources: fc.record({ cpu, memory }, { requiredKeys: [] }),
    essential: fc.boolean(),
  },
  { requiredKeys: ["image"] },
);

const common = fc.record(
  {
    entrypoint: words,
    args: words,
    env: fc.dictionary(variable, fc.oneof(text, fc.constant("${workload.api.url}/v1")), { maxKeys: 3 }),
    secrets: secretNames("SEC_"),
    resources: fc.record(
      {
        cpu,
        memory,
        ephemeralStorage: fc.constantFrom("20Gi", "100Gi", "1G"),
        arch: fc.constantFrom("any", "amd64", "arm64"),
        gpu: fc.constantFrom("none", { type: "nvidia-l4", count: 1 }, { type: "nvidia-l4" }),
      },
      { requiredKeys: [] },
    ),
    before: fc.array(fc.record({ args: words, timeoutSeconds: seconds }, { requiredKeys: [] }), {
      maxLength: 2,
    }),
    sidecars: fc.array(sidecar, { maxLength: 2 }),
    files: fc.array(fc.oneof(fc.record({ content: text }), fc.record({ secret: arbitraryName })), {
      maxLength: 2,
    }),
    volumes: fc.array(
      fc.record({
        size: fc.constantFrom("1Gi", "10Gi", "500M"),
        kind: fc.constantFrom("scratch", "disk", "share"),
      }),
      { maxLength: 2 },
    ),
    ports: fc.array(fc.record({ protocol: fc.constantFrom("tcp", "udp") }, { requiredKeys: [] }), {
      maxLength: 2,
    }),
    user: fc.constantFrom(0, 1000, "1000", "1000:1000", "www-data"),
    workingDir: fc.constantFrom("/", "/app", "/srv/x.y"),
    stopGraceSeconds: fc.integer({ min: 0, max: 120 }),
    unreachable: fc.constantFrom("replace", "fence"),
    priority: fc.integer({ min: 0, max: 100 }),
    talksTo: fc.array(
      fc.record(
        {
          place: fc.constantFrom("aws/eu-west-1", "azure/westeurope"),
          name: arbitraryName,
          gibPerMonth: fc.nat(500),
        },
        { requiredKeys: ["place"] },
      ),
      { maxLength: 2 },
    ),
    usage: fc.record(
      { requestsPerMonth: fc.nat(), requestMs: fc.nat(500), hoursPerDay: fc.nat(24) },
      { requiredKeys: [] },
    ),
    policy: fc.oneof(arbitraryName, fc.constant({ providers: ["ecs"] })),
    labels: fc.dictionary(fc.constantFrom("team", "tier", "cost-centre"), arbitraryName, { maxKeys: 2 }),
    "x-ecs": fc.dictionary(arbitraryName, fc.oneof(text, fc.nat(), fc.boolean(), words), { maxKeys: 2 }),
    "x-aci": fc.constant({}),
    "x-cloud-run": fc.constant({ executionEnvironment: "gen2" }),
  },
  { requiredKeys: [] },
);

const probe = {
  intervalSeconds: fc.integer({ min: 30, max: 60 }),
  timeoutSeconds: fc.integer({ min: 1, max: 10 }),
  failureThreshold: fc.integer({ min: 1, max: 5 }),
  startupSeconds: seconds,
};
const scale = (leastMin: number) =>
  fc
    .record({ min: fc.integer({ min: leastMin, max: 3 }), more: fc.nat(4) })
    .map(({ min, more }) => ({ min, max: Math.max(1, min + more) }));
const rollout = fc.oneof(
  fc.record(
    { strategy: fc.constantFrom("rolling", "canary"), deadlineSeconds: seconds },
    { requiredKeys: [] },
  ),
  fc.constant({ strategy: "recreate", bakeSeconds: 5 }),
  fc.constant({ strategy: "canary", percents: [5, 100], order: "start-first", onFailure: "hold" }),
);

const service = fc
  .record({
    route: fc.record(
      {
        port: fc.integer({ min: 1, max: 65_535 }),
        protocol: fc.constantFrom("http1", "h2c"),
        access: fc.constantFrom("public", "private"),
        hosts: fc.constantFrom([], ["shop.example.com"], ["a.example.org", "b.example.org"]),
        sticky: fc.boolean(),
        timeoutSeconds: seconds,
        maxBodyMiB: fc.integer({ min: 1, max: 100 }),
      },
      { requiredKeys: ["port"] },
    ),
    short: fc.boolean(),
    health: fc.record({ path: fc.constantFrom("/", "/healthz?full=1"), ...probe }, { requiredKeys: [] }),
    scale: scale(0),
    rollout,
  })
  .map(({ route, short, ...rest }) => {
    const way = short ? { port: route.port } : { route };
    return Object.assign({ kind: "service" }, way, rest);
  });
const grpcService = fc
  .constantFrom("", "acme.v1.Orders")
  .map((grpc) => ({ route: { port: 50_051, protocol: "grpc" }, health: { grpc } }));
const worker = fc
  .record({
    health: fc.record({ aliveSeconds: seconds, ...probe }, { requiredKeys: [] }),
    scale: scale(1),
    rollout,
  })
  .map((rest) => Object.assign({ kind: "worker" }, rest));
const job = fc
  .record(
    {
      retries: fc.nat(5),
      parallelism: fc.integer({ min: 1, max: 4 }),
      schedule: fc.constantFrom("0 3 * * *", "*/5 * * * 1-5", "0 0 1,15 jan-jun *"),
      timeZone: fc.constantFrom("UTC", "Europe/Berlin"),
      overlap: fc.constantFrom("allow", "forbid", "replace"),
    },
    { requiredKeys: [] },
  )
  .map((fields) => ({ kind: "job", job: fields }));
const single = fc.constantFrom("worker", "job").map((kind) => ({ kind, singleton: true }));

/** Documents that `parseSpec` takes, over every field and kind. */
export const arbitrarySpecDocument: fc.Arbitrary<Record<string, unknown>> = fc
  .tuple(arbitraryName, image, common, fc.oneof(service, grpcService, worker, job, single), fc.boolean())
  .map(([name, from, { before, sidecars, files, volumes, ports, ...plain }, kind, waits]) => {
    const portless = !("kind" in kind) || kind.kind !== "worker";
    const lists = {
      before: before && numbered(before, (n) => ({ name: `hook-${n}` })),
      sidecars: sidecars && numbered(sidecars, (n) => ({ name: `side-${n}` })),
      files: files && numbered(files, (n) => ({ path: `/etc/file-${n}` })),
      volumes: volumes && numbered(volumes, (n) => ({ name: `v-${n}`, path: `/data/${n}` })),
      ports: portless ? undefined : ports && numbered(ports, (n) => ({ name: `p-${n}`, port: 9_000 + n })),
      after: waits ? ["api"] : undefined,
    };
    const given = Object.entries(lists).filter(([, list]) => list !== undefined);
    return Object.assign({ name: `w${name}`, image: from }, plain, kind, Object.fromEntries(given));
  });

// Names and paths must be unique within a list, so they are numbered rather than drawn.
function numbered(items: readonly object[], identity: (index: number) => object): readonly object[] {
  return items.map((item, index) => Object.assign({}, identity(index), item));
}

/** Parsed specs, over every field and kind. */
export const arbitrarySpec: fc.Arbitrary<Spec> = arbitrarySpecDocument.map((document) => {
  const parsed = parseSpec(document);
  if (!parsed.ok)
    throw new Error(
      `the arbitrary made a broken spec: ${JSON.stringify({ document, problems: parsed.problems })}`,
    );
  return parsed.spec;
});
