import type { BrokenSpec } from "./broken-specs.ts";

const good = { name: "web", image: "nginx", port: 80 };

/** Specs whose fields are each right and do not go together, or break a grammar. */
export const RULE_BREAKING_SPECS: readonly BrokenSpec[] = [
  { name: "a service without a port", document: { name: "web", image: "nginx" }, pointers: ["/route"] },
  {
    name: "a route without a port",
    document: { name: "web", image: "nginx", route: {} },
    pointers: ["/route/port"],
  },
  { name: "the port twice", document: { ...good, route: { port: 80 } }, pointers: ["/port"] },
  { name: "a worker with a port", document: { ...good, kind: "worker" }, pointers: ["/port"] },
  {
    name: "a job with a route",
    document: { name: "a", image: "b", kind: "job", route: { port: 1 } },
    pointers: ["/route"],
  },
  { name: "a job field on a service", document: { ...good, job: {} }, pointers: ["/job"] },
  {
    name: "a job with a scale",
    document: { name: "a", image: "b", kind: "job", scale: { max: 2 } },
    pointers: ["/scale"],
  },
  {
    name: "a worker that nothing wakes",
    document: { name: "a", image: "b", kind: "worker", scale: { min: 0 } },
    pointers: ["/scale/min"],
  },
  { name: "max below min", document: { ...good, scale: { min: 3, max: 2 } }, pointers: ["/scale/max"] },
  {
    name: "a singleton of two",
    document: { ...good, singleton: true, scale: { max: 2 } },
    pointers: ["/scale/max"],
  },
  {
    name: "a singleton of at least two",
    document: { ...good, singleton: true, scale: { min: 2 } },
    pointers: ["/scale/min"],
  },
  {
    name: "a singleton job of two",
    document: { name: "a", image: "b", kind: "job", singleton: true, job: { parallelism: 2 } },
    pointers: ["/job/parallelism"],
  },
  {
    name: "a singleton started first",
    document: { ...good, singleton: true, rollout: { order: "start-first" } },
    pointers: ["/rollout/order"],
  },
  {
    name: "recreate started first",
    document: { ...good, rollout: { strategy: "recreate", order: "start-first" } },
    pointers: ["/rollout/order"],
  },
  {
    name: "percents that fall",
    document: { ...good, rollout: { percents: [50, 10, 100] } },
    pointers: ["/rollout/percents"],
  },
  {
    name: "percents that do not end at 100",
    document: { ...good, rollout: { percents: [10, 50] } },
    pointers: ["/rollout/percents"],
  },
  { name: "no percents", document: { ...good, rollout: { percents: [] } }, pointers: ["/rollout/percents"] },
  { name: "PORT in env", document: { ...good, env: { PORT: "80" } }, pointers: ["/env/PORT"] },
  { name: "PORT as secret", document: { ...good, secrets: { PORT: "s" } }, pointers: ["/secrets/PORT"] },
  {
    name: "a variable Cloud Run keeps",
    document: { ...good, env: { K_SERVICE: "x" } },
    pointers: ["/env/K_SERVICE"],
  },
  {
    name: "a variable with a hyphen",
    document: { ...good, env: { "LOG-LEVEL": "x" } },
    pointers: ["/env/LOG-LEVEL"],
  },
  {
    name: "a variable that is a secret too",
    document: { ...good, env: { A: "1" }, secrets: { A: "s" } },
    pointers: ["/secrets/A"],
  },
  {
    name: "a sidecar's variable twice",
    document: { ...good, sidecars: [{ name: "p", image: "x", env: { A: "1" }, secrets: { A: "s" } }] },
    pointers: ["/sidecars/0/secrets/A"],
  },
  {
    name: "a broken reference",
    document: { ...good, env: { A: "${workload.api.ulr}" } },
    pointers: ["/env/A"],
  },
  {
    name: "a reference left open",
    document: { ...good, env: { A: "${workload.api.url" } },
    pointers: ["/env/A"],
  },
  { name: "a file from nowhere", document: { ...good, files: [{ path: "/a" }] }, pointers: ["/files/0"] },
  {
    name: "a file from two places",
    document: { ...good, files: [{ path: "/a", content: "", secret: "s" }] },
    pointers: ["/files/0"],
  },
  {
    name: "two files at one path",
    document: {
      ...good,
      files: [
        { path: "/a", content: "" },
        { path: "/a", content: "" },
      ],
    },
    pointers: ["/files/1/path"],
  },
  {
    name: "a sidecar twice",
    document: {
      ...good,
      sidecars: [
        { name: "p", image: "x" },
        { name: "p", image: "y" },
      ],
    },
    pointers: ["/sidecars/1/name"],
  },
  {
    name: "a sidecar with the workload's name",
    document: { ...good, sidecars: [{ name: "web", image: "x" }] },
    pointers: ["/sidecars/0/name"],
  },
  {
    name: "a port twice",
    document: { ...good, ports: [{ name: "m", port: 80 }] },
    pointers: ["/ports/0/port"],
  },
  { name: "after itself", document: { ...good, after: ["web"] }, pointers: ["/after/0"] },
  { name: "after one twice", document: { ...good, after: ["api", "api"] }, pointers: ["/after/1"] },
  {
    name: "talks to itself",
    document: { ...good, talksTo: [{ workload: "web" }] },
    pointers: ["/talksTo/0/workload"],
  },
  { name: "talks to nobody", document: { ...good, talksTo: [{ gibPerMonth: 1 }] }, pointers: ["/talksTo/0"] },
  {
    name: "talks to no place",
    document: { ...good, talksTo: [{ place: "eu-west-1" }] },
    pointers: ["/talksTo/0/place"],
  },
  {
    name: "a gRPC check over HTTP",
    document: { ...good, health: { grpc: "a.B" } },
    pointers: ["/health/grpc"],
  },
  {
    name: "an HTTP check over gRPC",
    document: { name: "a", image: "b", route: { port: 1, protocol: "grpc" }, health: { path: "/" } },
    pointers: ["/health/path"],
  },
  {
    name: "two checks",
    document: { name: "a", image: "b", route: { port: 1, protocol: "h2c" }, health: { path: "/", grpc: "" } },
    pointers: ["/health/grpc"],
  },
  {
    name: "a worker asked over HTTP",
    document: { name: "a", image: "b", kind: "worker", health: { path: "/", grpc: "" } },
    pointers: ["/health/path", "/health/grpc"],
  },
  {
    name: "a service watched like a worker",
    document: { ...good, health: { aliveSeconds: 5 } },
    pointers: ["/health/aliveSeconds"],
  },
  {
    name: "a job watched like a worker",
    document: { name: "a", image: "b", kind: "job", health: { aliveSeconds: 5 } },
    pointers: ["/health/aliveSeconds"],
  },
  {
    name: "a probe longer than its interval",
    document: { ...good, health: { timeoutSeconds: 20 } },
    pointers: ["/health/timeoutSeconds"],
  },
  {
    name: "a health path with a space",
    document: { ...good, health: { path: "/a b" } },
    pointers: ["/health/path"],
  },
  {
    name: "a schedule of four fields",
    document: { name: "a", image: "b", kind: "job", job: { schedule: "0 3 * *" } },
    pointers: ["/job/schedule"],
  },
  {
    name: "a day that never comes",
    document: { name: "a", image: "b", kind: "job", job: { schedule: "0 0 31 2 *" } },
    pointers: ["/job/schedule"],
  },
  {
    name: "an unknown time zone",
    document: { name: "a", image: "b", kind: "job", job: { timeZone: "Mars/Base" } },
    pointers: ["/job/timeZone"],
  },
  {
    name: "a label in capitals",
    document: { ...good, labels: { Team: "shop" } },
    pointers: ["/labels/Team"],
  },
  {
    name: "a label Azure keeps",
    document: { ...good, labels: { "azure-x": "1" } },
    pointers: ["/labels/azure-x"],
  },
  {
    name: "a label's value with a dot",
    document: { ...good, labels: { v: "1.2" } },
    pointers: ["/labels/v"],
  },
  {
    name: "several mistakes at once",
    document: { name: "A", kind: "job", port: 1, imgae: "x", scale: {} },
    pointers: ["/imgae", "/name", "/image", "/port", "/scale"],
  },
];
