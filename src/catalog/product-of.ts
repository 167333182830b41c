import type { RateKey } from "./book.ts";
import type { Meter } from "./meters.ts";
import type { QuoteRequest } from "./quote-request.ts";

/** Where the book keeps the price of a meter for this request. */
export function rateKeyOf(request: QuoteRequest, meter: Meter): RateKey {
  const { provider, region } = request;
  return { provider, region, meter, product: PRODUCT_OF_METER[meter] ?? computeProduct(request, meter) };
}

/** The same key at the on-demand price, for a request on Spot. */
export function onDemandKey(request: QuoteRequest, meter: Meter): RateKey {
  return rateKeyOf({ ...request, spot: false }, meter);
}

/** The product that holds what an account has for nothing beside this one. */
export function freeProduct(product: string): string {
  return `${product}-free`;
}

/** Whether a meter's price goes by arch, operating system, market and billing. */
export function isCompute(meter: Meter): boolean {
  return PRODUCT_OF_METER[meter] === undefined;
}

const PRODUCT_OF_METER: Readonly<Partial<Record<Meter, string>>> = {
  "ephemeral-gib-second": "storage",
  "egress-gib": "egress",
  "inter-region-gib": "egress",
  "ipv4-hour": "ipv4",
  "lb-hour": "load-balancer",
  "lcu-hour": "load-balancer",
  "nat-hour": "nat",
  "nat-gib": "nat",
  "log-gib": "logs",
  "secret-month": "secrets",
};

function computeProduct({ provider, billing, spot, arch, os, gpu }: QuoteRequest, meter: Meter): string {
  const kind = provider === "cloud-run" ? (billing ?? "request") : "";
  if (meter === "gpu-second") return `${kind === "" ? "" : `${kind}-`}gpu-${gpu?.type ?? "none"}`;
  if (provider === "cloud-run") return kind;
  const market = spot === true ? "spot-" : "";
  // A container group on Windows pays the Linux rates and a software charge; Fargate has rates of its own.
  if (provider === "aci") return meter === "os-cpu-second" ? "windows" : `${market}linux`;
  return `${market}${os ?? "linux"}-${arch ?? "amd64"}`;
}
