import { waitUntil } from "cloudflare:workers";
import { adapterFactories, createRegistry } from "../../adapters/registry.ts";
import { createThrottle } from "../../adapters/throttle.ts";
import type { Ports } from "../../broker/ports.ts";
import { identityToken } from "../../broker/identity-token.ts";
import { keptBooks } from "../../broker/kept-books.ts";
import { livePrices } from "../../broker/live-prices.ts";
import type { Send } from "../../domain/upstream.ts";
import { identified } from "../../gateway/identify.ts";
import type { IdentityTokens } from "../../gateway/identity-tokens.ts";
import { WORKERS_GATEWAY } from "../../gateway/features.ts";
import { d1Store } from "../../store/d1.ts";
import { cloudPorts } from "../cloud-ports.ts";
import { issuerOf } from "../issuer.ts";
import { cloudsIn } from "./clouds-in.ts";
import { pricesIn } from "./book-in-force.ts";
import { registryImages } from "../registry-images.ts";
import { registryReachIn } from "./registry-reach-in.ts";
import { retentionIn } from "./retention-in.ts";
import { objectOf, type ControlEnv } from "./bindings.ts";
import { createNameSend } from "./direct-send.ts";
import { isolateTokens } from "./isolate-tokens.ts";
import { draw, log, oncePerEnv, randomBytes, sleep } from "./isolate.ts";
import { lineDirectory } from "./line-directory.ts";
import { createLineSend } from "./line-send.ts";
import { sendOver } from "./probe-send.ts";
import { accountsIn } from "./sandbox-account.ts";
import { sandboxNames } from "./sandbox-names.ts";
import { hostsIn } from "./settings.ts";
import { wakeDue } from "./wake-due.ts";
import { sealerIn } from "./sealer-in.ts";

/** The control Worker's parts over its bindings. */
export interface Control {
  readonly ports: Ports;
  /** The way traffic takes, for health checks. */
  readonly send: Send;
  readonly tokens: IdentityTokens;
}

/** Of the whole isolate, whichever of its objects asks. */
const throttle = createThrottle({ now: Date.now, sleep });

/** The control Worker of one isolate. Throws `unavailable` for settings that are wrong. */
export const controlOf: (env: ControlEnv) => Control = oncePerEnv((env) => {
  const { domain } = hostsIn(env);
  const store = d1Store(env.DB);
  const prices = pricesIn(env);
  const settings = cloudsIn(env);
  const web = { fetch: (url: string | URL, init?: RequestInit) => fetch(url, init), sleep, draw };
  const live = livePrices({ web, now: Date.now, ...prices });
  const books = keptBooks({ store, now: Date.now, log, live });
  const ring = (agentId: string) => later(`agent ${agentId} was not rung`, ringAgent(env, agentId));
  const sealer = sealerIn(env);
  const issuer = issuerOf(settings, { store, sealer, now: Date.now, random: randomBytes });
  const clouds = { store, sealer, throttle, issuer, settings, book: books.current, now: Date.now, ...web };
  const registry = createRegistry(
    adapterFactories({
      sandboxState: accountsIn(env.SANDBOX),
      sandboxServers: sandboxNames(),
      book: books.current,
      now: Date.now,
      agentDirectory: lineDirectory(store, env.AGENT_LINE, ring),
      cloud: cloudPorts(clouds),
    }),
  );
  const own = { store, open: registry.open };
  const tokens = isolateTokens((auth, signal) => identityToken(own, auth, signal));
  const direct = createNameSend(draw);
  return {
    tokens,
    ports: {
      ...own,
      books,
      sealer,
      images: registryImages({ store, sealer, now: Date.now, fetch: web.fetch, reach: registryReachIn(env) }),
      issuer,
      gateway: { features: WORKERS_GATEWAY, domain },
      now: Date.now,
      random: randomBytes,
      sleep,
      nudge: () => later("no clock was woken", wakeDue(store, env.CLOCK, Date.now())),
      ring,
      log,
      ...retentionIn(env),
    },
    send: identified(sendOver({ direct, line: createLineSend(env.AGENT_LINE) }), tokens),
  };
});

async function ringAgent({ AGENT_LINE }: ControlEnv, agentId: string): Promise<void> {
  await objectOf(AGENT_LINE, agentId).ring(agentId);
}

/** Nudges and rings are optimisations: the clocks and the agents' own polls are the truth. */
function later(failure: string, work: Promise<void>): void {
  waitUntil(work.catch((error: unknown) => log("warn", `${failure}: ${String(error)}`)));
}
