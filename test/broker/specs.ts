/** A small service; `over` changes fields of the document. */
export function webSpec(over: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return { name: "web", image: "localhost/web:1", port: 8080, ...over };
}

/** A worker, which has no route and so serves as soon as it is ready. */
export function workerSpec(over: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return { name: "web", kind: "worker", image: "localhost/web:1", ...over };
}

/** A job that takes a simulated second; `env` says how a sandbox runs it. */
export function jobSpec(over: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return { name: "report", kind: "job", image: "localhost/report:1", ...over };
}

/** A sandbox target's document. */
export function sandboxTarget(
  simulates: "ecs" | "aci" | "cloud-run" = "ecs",
  sandbox: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return { kind: "sandbox", simulates, region: REGIONS[simulates], sandbox };
}

const REGIONS = { ecs: "eu-west-1", aci: "westeurope", "cloud-run": "europe-west1" } as const;
