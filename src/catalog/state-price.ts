import type { Meter } from "./meters.ts";
import { isCompute } from "./product-of.ts";
import type { QuoteRequest } from "./quote-request.ts";

/**
 * The command that states what a meter costs where and how a request would buy it; the price and where it is from are the reader's to put
 * in. What it leaves out is as in a quote, so it names no more than it has to.
 */
export function statePrice(request: QuoteRequest, meter: Meter): string {
  const { provider, region } = request;
  const flags = isCompute(meter) ? computeFlags(request, meter) : [];
  return ["berth prices set", `${provider}/${region}`, meter, "USD --source TEXT", ...flags].join(" ");
}

function computeFlags(
  { provider, arch, os, spot, billing, gpu }: QuoteRequest,
  meter: Meter,
): readonly string[] {
  const bills = provider === "cloud-run" && billing !== undefined && billing !== "request";
  return [
    ...(arch === "arm64" ? ["--arch arm64"] : []),
    ...(os === "windows" ? ["--os windows"] : []),
    ...(spot === true ? ["--spot"] : []),
    ...(bills ? [`--billing ${billing}`] : []),
    ...(meter === "gpu-second" && gpu !== undefined ? [`--gpu ${gpu.type}`] : []),
  ];
}
