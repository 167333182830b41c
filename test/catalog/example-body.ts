/** A worked example as `examples.json` holds it. */
export interface Example {
  readonly id: string;
  readonly provider: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly expected_usd: number;
  readonly tolerance_usd: number;
}

/** An example as the body of `POST /v1/quotes`. */
export function bodyOf({ inputs }: Example): Readonly<Record<string, unknown>> {
  const product = text(inputs["product"]);
  const free = inputs["free_tier"] === true;
  return {
    ...placeOf(product),
    region: text(inputs["region"] ?? "westeurope"),
    resources: {
      cpu: number(inputs["vcpu"]),
      memory: `${number(inputs["memory_gb"] ?? inputs["memory_gib"])}Gi`,
      ...(inputs["ephemeral_gb"] === undefined
        ? {}
        : { ephemeralStorage: `${number(inputs["ephemeral_gb"])}Gi` }),
    },
    ...runOf(inputs),
    ...ratesOf(inputs),
    free,
  };
}

function placeOf(product: string): { readonly provider: string; readonly billing?: string } {
  if (product.startsWith("fargate")) return { provider: "ecs" };
  if (product.startsWith("aci")) return { provider: "aci" };
  return { provider: "cloud-run", billing: product.includes("instance") ? "instance" : "request" };
}

function runOf(inputs: Example["inputs"]): Readonly<Record<string, unknown>> {
  if (inputs["requests"] === undefined) {
    const replicas = number(inputs["tasks"] ?? inputs["groups"] ?? inputs["instances"] ?? 1);
    const days = number(inputs["days"] ?? 1);
    if (inputs["hours"] !== undefined) return { replicas, usage: { hours: number(inputs["hours"]) } };
    const seconds = number(inputs["seconds"] ?? inputs["seconds_per_day"]) * days;
    return { replicas, usage: { seconds } };
  }
  const requests = number(inputs["requests"]);
  const requestMs = number(inputs["latency_ms"]);
  const concurrency = number(inputs["concurrency"]);
  const unpaid = number(inputs["requests_free"] ?? 0);
  if (unpaid === 0) return { usage: { requests, requestMs, concurrency } };
  // Some requests cost nothing but their time: the time is given as such, and the requests that are paid.
  const seconds = (requests * requestMs) / 1000 / concurrency;
  return { replicas: 1, usage: { seconds, requests: requests - unpaid } };
}

function ratesOf(inputs: Example["inputs"]): { readonly rates?: Readonly<Record<string, string>> } {
  const stated = inputs["rates_stated"] ?? inputs["rates"];
  if (typeof stated !== "object" || stated === null) return {};
  const rates = Object.entries(stated).map(([name, usd]) => [RATES[name] ?? name, String(usd)] as const);
  return { rates: Object.fromEntries(rates) };
}

const RATES: Readonly<Record<string, string>> = {
  vcpu_second: "cpu-second",
  gb_second: "memory-gib-second",
  gib_second: "memory-gib-second",
  ephemeral_gb_second: "ephemeral-gib-second",
  request: "request",
};

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const number = (value: unknown): number => Number(value);
