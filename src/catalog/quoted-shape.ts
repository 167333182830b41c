import type { QuoteRequest } from "./quote-request.ts";
import { ACI_SPOT, ACI_STANDARD, snapAci } from "./shapes/aci.ts";
import { snapCloudRun } from "./shapes/cloud-run.ts";
import { snapFargate } from "./shapes/fargate.ts";
import type { Snap } from "./shapes/snap.ts";

/** The size that a request is billed for, or why none holds it. */
export function quotedShape(request: QuoteRequest): Snap {
  const { milliCpu, memoryMiB, ephemeralStorageGiB = 0, sizes } = request.resources;
  const size = { milliCpu, memoryMiB, ephemeralStorageGiB, sizes };
  if (request.provider === "ecs")
    return snapFargate(size, request.arch ?? "amd64", { os: request.os, listed: true });
  if (request.provider === "aci") return snapAci(size, request.spot === true ? ACI_SPOT : ACI_STANDARD);
  return snapCloudRun(size, { wholeCpu: needsWholeCpu(request), generation: generationOf(request) });
}

// Below 1 vCPU Cloud Run takes one request at a time and bills by request only (CPU limits page).
function needsWholeCpu({ billing = "request", usage }: QuoteRequest): boolean {
  return billing !== "request" || Number(usage?.concurrency ?? 1) > 1;
}

// A service may be had in the first environment; jobs and worker pools are only made in the second (execution environments page).
const generationOf = ({ billing = "request" }: QuoteRequest): 1 | 2 =>
  billing === "request" || billing === "instance" ? 1 : 2;
