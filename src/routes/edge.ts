import { changeReads } from "./changes-read.ts";
import type { Endpoint } from "./define.ts";
import { eventReads } from "./events.ts";
import { metaReads } from "./meta.ts";
import { planReads } from "./plans-read.ts";
import type { ReadRoutePorts } from "./route-ports.ts";
import { wellKnownIssuerReads } from "./well-known-issuer.ts";
import { runReads } from "./runs-read.ts";
import { workloadReads } from "./workloads-read.ts";

/** What the edge Worker answers by itself: reads that need the database and nothing else. The rest is the control Worker's. */
export const edgeEndpoints: readonly Endpoint<ReadRoutePorts>[] = [
  ...metaReads,
  ...wellKnownIssuerReads,
  ...planReads,
  ...changeReads,
  ...workloadReads,
  ...runReads,
  ...eventReads,
];
