import { parseSpec } from "../../src/domain/parse-spec.ts";
import type { Spec } from "../../src/domain/spec.ts";

/**
 * Thirty specs as people write them, for the golden files of every cloud. Together they use each field of the spec
 * (render-specs.test.ts); what a cloud cannot take, its golden file says in sentences.
 */
export const RENDER_DOCUMENTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "smallest-service": { name: "web", image: "nginx", port: 80 },
  "smallest-worker": { name: "mailer", kind: "worker", image: "ghcr.io/acme/mailer:2" },
  "smallest-job": { name: "report", kind: "job", image: "ghcr.io/acme/report:2" },
  "pinned-digest": { name: "web", image: `ghcr.io/acme/web@sha256:${"ab".repeat(32)}`, port: 8080 },
  "entrypoint-and-args": {
    name: "api",
    image: "docker.io/library/node:24",
    port: 3000,
    entrypoint: ["node", "--enable-source-maps"],
    args: ["server.js", "--colour=never", "a b", ""],
  },
  "args-alone": { name: "cache", image: "redis:8", kind: "worker", args: ["--maxmemory", "256mb"] },
  environment: {
    name: "api",
    image: "ghcr.io/acme/api:7",
    port: 8080,
    env: { LOG_LEVEL: "info", EMPTY: "", QUOTED: 'say "hi"\n', BACKEND: "${workload.orders.url}" },
  },
  secrets: {
    name: "api",
    image: "ghcr.io/acme/api:7",
    port: 8080,
    env: { MODE: "live" },
    secrets: { DATABASE_URL: "db-url", STRIPE_KEY: "stripe-key" },
  },
  files: {
    name: "proxy",
    image: "envoyproxy/envoy:v1.35",
    port: 10_000,
    files: [
      { path: "/etc/envoy/envoy.yaml", content: "admin: {}\n" },
      { path: "/etc/envoy/ca.pem", content: "none" },
    ],
  },
  "secret-files": {
    name: "proxy",
    image: "envoyproxy/envoy:v1.35",
    port: 10_000,
    files: [{ path: "/run/tls/key.pem", secret: "tls-key" }],
  },
  "odd-size": {
    name: "api",
    image: "ghcr.io/acme/api:7",
    port: 8080,
    resources: { cpu: 0.3, memory: "700Mi" },
  },
  "large-size": {
    name: "solver",
    kind: "worker",
    image: "ghcr.io/acme/solver:1",
    resources: { cpu: 4, memory: "16Gi", ephemeralStorage: "60Gi", arch: "amd64" },
  },
  arm64: { name: "api", image: "ghcr.io/acme/api:7", port: 8080, resources: { arch: "arm64" } },
  gpu: {
    name: "llm",
    image: "ghcr.io/acme/llm:1",
    port: 8000,
    resources: { cpu: 4, memory: "16Gi", gpu: { type: "nvidia-l4", count: 1 } },
  },
  "private-route": {
    name: "orders",
    image: "ghcr.io/acme/orders:3",
    route: {
      port: 9000,
      protocol: "http1",
      access: "private",
      hosts: ["orders.acme.example"],
      sticky: true,
      timeoutSeconds: 30,
      maxBodyMiB: 8,
    },
  },
  h2c: { name: "stream", image: "ghcr.io/acme/stream:3", route: { port: 9000, protocol: "h2c" } },
  grpc: {
    name: "orders",
    image: "ghcr.io/acme/orders:3",
    route: { port: 9000, protocol: "grpc" },
    health: { grpc: "acme.v1.Orders" },
  },
  "internal-ports": {
    name: "chat",
    image: "ghcr.io/acme/chat:3",
    port: 8080,
    ports: [
      { name: "cluster", port: 7946, protocol: "tcp" },
      { name: "gossip", port: 7946, protocol: "udp" },
    ],
  },
  "http-health": {
    name: "web",
    image: "ghcr.io/acme/web:1",
    port: 8080,
    health: {
      path: "/healthz?full=1",
      intervalSeconds: 15,
      timeoutSeconds: 5,
      failureThreshold: 4,
      startupSeconds: 120,
    },
  },
  "alive-health": {
    name: "mailer",
    kind: "worker",
    image: "ghcr.io/acme/mailer:2",
    health: { aliveSeconds: 30 },
  },
  scaled: {
    name: "web",
    image: "ghcr.io/acme/web:1",
    port: 8080,
    scale: { min: 2, max: 10, concurrency: 50, cpuPercent: 70 },
    usage: { requestsPerMonth: 3_000_000, requestMs: 120, egressGiBPerMonth: 40, hoursPerDay: 12 },
  },
  "scaled-to-zero": { name: "web", image: "ghcr.io/acme/web:1", port: 8080, scale: { min: 0, max: 3 } },
  "before-hooks": {
    name: "shop",
    image: "ghcr.io/acme/shop:4",
    port: 8080,
    before: [{ name: "migrate", entrypoint: ["bin/rails"], args: ["db:migrate"], timeoutSeconds: 300 }],
  },
  sidecars: {
    name: "shop",
    image: "ghcr.io/acme/shop:4",
    port: 8080,
    sidecars: [
      {
        name: "logs",
        image: "fluent/fluent-bit:4.0",
        entrypoint: ["/fluent-bit/bin/fluent-bit"],
        args: ["-c", "/fluent-bit/etc/fluent-bit.conf"],
        env: { FLUSH: "5" },
        secrets: { LOKI_TOKEN: "loki-token" },
        resources: { cpu: "100m", memory: "128Mi" },
        essential: false,
      },
      { name: "proxy", image: "ghcr.io/acme/proxy:1" },
    ],
  },
  "scratch-volumes": {
    name: "thumbs",
    image: "ghcr.io/acme/thumbs:1",
    port: 8080,
    volumes: [{ name: "work", path: "/var/work", size: "2Gi", kind: "scratch" }],
  },
  "kept-volumes": {
    name: "db",
    image: "postgres:18",
    kind: "worker",
    volumes: [
      { name: "data", path: "/var/lib/postgresql", size: "50Gi", kind: "disk" },
      { name: "media", path: "/srv/media", size: "10Gi", kind: "share" },
    ],
  },
  process: {
    name: "api",
    image: "ghcr.io/acme/api:7",
    port: 8080,
    user: 1000,
    workingDir: "/srv/app",
    stopGraceSeconds: 45,
    labels: { team: "shop", cost_center: "cc-12" },
    "x-ecs": { enableExecuteCommand: true },
    "x-aci": { zones: ["1"] },
    "x-cloud-run": { executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2" },
  },
  "named-user": { name: "api", image: "ghcr.io/acme/api:7", port: 8080, user: "app:app" },
  singleton: {
    name: "leader",
    kind: "worker",
    image: "ghcr.io/acme/leader:1",
    singleton: true,
    unreachable: "fence",
    priority: 90,
    after: ["queue"],
    talksTo: [
      { workload: "queue", gibPerMonth: 20, maxLatencyMs: 5 },
      { place: "aws/eu-west-1", name: "warehouse", gibPerMonth: 300 },
    ],
    policy: { regions: ["eu-west-1"] },
    rollout: {
      strategy: "recreate",
      percents: [50, 100],
      bakeSeconds: 30,
      deadlineSeconds: 600,
      order: "stop-first",
      onFailure: "hold",
    },
  },
  "scheduled-job": {
    name: "report",
    kind: "job",
    image: "ghcr.io/acme/report:2",
    args: ["--yesterday"],
    secrets: { DATABASE_URL: "db-url" },
    resources: { cpu: 2, memory: "4Gi", ephemeralStorage: "40Gi" },
    job: {
      retries: 2,
      timeoutSeconds: 1_800,
      parallelism: 3,
      schedule: "15 3 * * *",
      timeZone: "Europe/Berlin",
      overlap: "replace",
      retryUnknown: true,
    },
  },
};

/** The specs those documents say, by name. Throws when one of them is wrong. */
export function renderSpecs(): ReadonlyMap<string, Spec> {
  return new Map(
    Object.entries(RENDER_DOCUMENTS).map(([name, document]) => {
      const parsed = parseSpec(document);
      if (!parsed.ok) throw new Error(`${name}: ${JSON.stringify(parsed.problems)}`);
      return [name, parsed.spec];
    }),
  );
}
