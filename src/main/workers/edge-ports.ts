import { waitUntil } from "cloudflare:workers";
import { createCounts } from "../../gateway/counts.ts";
import type { EdgeGateway } from "../../gateway/edge/fetch-gateway.ts";
import { identifiedFetch } from "../../gateway/edge/identify.ts";
import { WORKERS_GATEWAY } from "../../gateway/features.ts";
import { createShunned } from "../../gateway/shunned.ts";
import { createTraffic } from "../../gateway/traffic.ts";
import type { ReadRoutePorts } from "../../routes/route-ports.ts";
import { d1EdgeStore } from "../../store/d1-edge.ts";
import type { EdgeEnv, Service } from "./bindings.ts";
import { createNameSend } from "./direct-send.ts";
import { draw, log, oncePerEnv, randomBytes, sleep } from "./isolate.ts";
import { routesInCache } from "./last-known-cache.ts";
import { isolateTokens } from "./isolate-tokens.ts";
import { createLineSend } from "./line-send.ts";
import { createRouteMemory } from "./route-memory.ts";
import { cloudsIn } from "./clouds-in.ts";
import { tokensOf } from "./to-control.ts";
import { hostsIn, type Hosts } from "./settings.ts";
import { trafficHandedOver } from "./traffic-handed-over.ts";

/** What the edge's reads may touch, and whom they ask for the rest. */
export interface EdgePorts extends ReadRoutePorts {
  readonly control: Service;
}

/** The edge Worker's parts over its bindings. */
export interface Edge {
  readonly hosts: Hosts;
  readonly ports: EdgePorts;
  readonly gateway: EdgeGateway;
}

/** The edge of one isolate. Throws `unavailable` for settings that are wrong. */
export const edgeOf: (env: EdgeEnv) => Edge = oncePerEnv((env) => {
  const hosts = hostsIn(env);
  const store = d1EdgeStore(env.DB);
  const say = (sentence: string) => log("warn", sentence);
  const { domain } = hosts;
  const { issuerUrl } = cloudsIn(env);
  return {
    hosts,
    ports: {
      store,
      gateway: { features: WORKERS_GATEWAY, domain },
      issuer: issuerUrl === undefined ? undefined : { url: issuerUrl },
      now: Date.now,
      sleep,
      random: randomBytes,
      log,
      control: env.CONTROL,
    },
    gateway: {
      lookup: createRouteMemory({
        load: (host) => store.routeByHost(host),
        lastKnown: routesInCache(() => caches.open("berth-routes"), say),
        later: waitUntil,
        now: Date.now,
        log: say,
      }),
      features: WORKERS_GATEWAY,
      draw,
      newRequestId: () => crypto.randomUUID(),
      shunned: createShunned(Date.now),
      pathRouting: false,
      domain,
      counts: createCounts({ now: Date.now }),
      now: Date.now,
      traffic: trafficHandedOver({ store, traffic: createTraffic(Date.now), now: Date.now, log }, waitUntil),
      direct: identifiedFetch(createNameSend(draw), isolateTokens(tokensOf(env.IDENTITY))),
      line: createLineSend(env.AGENT_LINE),
      log: say,
    },
  };
});
