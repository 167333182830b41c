import type { Cloud } from "../domain/place.ts";
import type { Meter } from "./meters.ts";
import type { QuoteRequest } from "./quote-request.ts";

/** What a quote leaves out, each a sentence: meters without a known rate first, then what Berth does not price yet. */
export function notPricedSentences(request: QuoteRequest, unknown: readonly Meter[]): readonly string[] {
  const { provider, region, rates } = request;
  const missing = unknown.map((meter) => `${meter}: no price is known for ${provider} in ${region}`);
  const later = LATER[provider]
    .filter(([meter]) => !(COUNTED.has(meter) && rates?.[meter] !== undefined))
    .map(([meter, what]) => `${meter}: ${what}`);
  const windows = request.os === "windows" ? ["os: the licence of Windows is not priced yet"] : [];
  const free = request.free === true ? ["free: the account's free tier is not taken off yet"] : [];
  return [...missing, ...later, ...windows, ...free];
}

/** Meters that are charged by nothing but an amount in `usage`, so a rate in the request is enough to price them. */
const COUNTED: ReadonlySet<Meter> = new Set(["egress-gib", "log-gib"]);

const EGRESS = "traffic to the internet is not priced yet";
const LOGS = "log storage is not priced yet";
const LATER: Readonly<Record<Cloud, readonly (readonly [Meter, string])[]>> = {
  ecs: [
    ["egress-gib", EGRESS],
    ["log-gib", LOGS],
    ["ipv4-hour", "each task's public IPv4 address is not priced yet"],
    ["lb-hour", "a load balancer (where one is used) is not priced yet"],
    ["lcu-hour", "a load balancer's traffic is not priced yet"],
    ["nat-hour", "a NAT gateway (where one is used) is not priced yet"],
    ["nat-gib", "a NAT gateway's traffic is not priced yet"],
  ],
  aci: [
    ["egress-gib", EGRESS],
    ["log-gib", LOGS],
    ["ipv4-hour", "each group's public IPv4 address is not priced yet"],
  ],
  "cloud-run": [
    ["egress-gib", EGRESS],
    ["log-gib", LOGS],
  ],
};
