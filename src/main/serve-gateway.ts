import { getRandomValues, randomUUID } from "node:crypto";
import { join } from "node:path";
import type { LineHub } from "../agent/line/broker-end.ts";
import type { Log } from "../broker/ports.ts";
import type { MakeIdentityToken } from "../domain/identity-token.ts";
import { createCounts } from "../gateway/counts.ts";
import { NODE_GATEWAY } from "../gateway/features.ts";
import { identified } from "../gateway/identify.ts";
import { createIdentityTokens } from "../gateway/identity-tokens.ts";
import { lastKnownFile, rememberAtIntervals } from "../gateway/node/last-known-file.ts";
import { createDirectSend } from "../gateway/node/send-direct.ts";
import { startGateway } from "../gateway/node/start-gateway.ts";
import { sendBy } from "../gateway/send.ts";
import { createSnapshots } from "../gateway/snapshots.ts";
import { createTraffic } from "../gateway/traffic.ts";
import type { Store } from "../store/store.ts";
import type { NodeConfig } from "./config.ts";
import { handOver } from "./hand-over-traffic.ts";
import { routeLoader } from "./route-loader.ts";
import { keepTraffic } from "./traffic-loop.ts";

/** How long requests may finish when the process is asked to stop, ms. */
const GRACE_MS = 10_000;
const RANDOM_RANGE = 2 ** 32;

/** The gateway of a Node process, with what the reconciler shares with it. Rejects when the port cannot be had. */
export async function serveGateway(options: {
  readonly config: NodeConfig;
  readonly store: Store;
  readonly hub: LineHub;
  readonly log: Log;
  /** Makes a token for an endpoint that lets in only callers with an identity. */
  readonly identityToken: MakeIdentityToken;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}) {
  const { config, store, hub, log, sleep } = options;
  const say = (sentence: string) => log("warn", sentence);
  const stopping = new AbortController();
  const direct = createDirectSend();
  const counts = createCounts({ now: Date.now });
  const traffic = createTraffic(Date.now);
  const draw = () => (getRandomValues(new Uint32Array(1))[0] ?? 0) / RANDOM_RANGE;
  const tokens = createIdentityTokens({
    make: options.identityToken,
    now: Date.now,
    draw,
    sleep,
    // Nothing ends before the process does.
    later: (work) => void work,
    log: say,
  });
  const send = identified(sendBy({ direct: direct.send, line: hub.send }), tokens);
  const snapshots = createSnapshots({
    loader: routeLoader(store),
    lastKnown: lastKnownFile(join(config.dataDir, "routes.json"), say),
    now: Date.now,
    log: say,
  });
  const gateway = await startGateway({
    port: config.gatewayPort,
    host: config.host,
    pathRouting: true,
    lookup: snapshots,
    send,
    counts,
    features: NODE_GATEWAY,
    domain: config.gatewayDomain,
    draw,
    newRequestId: randomUUID,
    now: Date.now,
    log: say,
    traffic,
  });
  rememberAtIntervals(snapshots, stopping.signal, say);
  const kept = keepTraffic({ store, traffic, now: Date.now, log, signal: stopping.signal });
  const close = async () => {
    stopping.abort();
    await gateway.close(GRACE_MS);
    direct.close();
    await kept;
    await handOver({ store, traffic, now: Date.now, log });
  };
  return { port: gateway.port, send, counts, snapshots, close };
}
