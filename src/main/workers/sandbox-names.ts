import type { SandboxServers, ServedUnit } from "../../adapters/sandbox/serving.ts";
import type { Endpoint } from "../../domain/observation.ts";

/** Ends the host of every unit of a sandbox; by RFC 6761 it never resolves. */
const SUFFIX = ".sandbox.invalid";
const FACTS = ["workload", "image", "provider", "region", "unit", "replicas"] as const;

/**
 * Units of a sandbox where nothing can listen. The endpoint itself holds what an answer says, so that whoever sends there
 * answers at once and from nothing: no database, no control Worker.
 */
export function sandboxNames(): SandboxServers {
  return {
    path: { transport: "tls", reach: "name", bypassable: false },
    ensure: async (unit) => addressOf(unit),
    drop: async () => {},
  };
}

/** Whether this endpoint is a unit of a sandbox. */
export function isSandboxName(endpoint: Endpoint): boolean {
  return URL.parse(endpoint.url)?.hostname.endsWith(SUFFIX) === true;
}

/** The answer of a simulated unit: what the loopback listeners of the Node broker say. `draw` in [0, 1) chooses the replica. */
export async function answerSandbox(endpoint: Endpoint, request: Request, draw: number): Promise<Response> {
  const facts = new URL(endpoint.url).searchParams;
  const url = new URL(request.url);
  if (request.method === "POST" && url.pathname === "/echo") {
    const type = request.headers.get("content-type") ?? "application/octet-stream";
    // Through a pipe: the runtime takes no body of a request as the body of its own answer.
    const body = request.body?.pipeThrough(new IdentityTransformStream()) ?? null;
    return new Response(body, { headers: { "content-type": type } });
  }
  await request.body?.cancel();
  const path = url.pathname + url.search;
  const { replicas, ...said } = Object.fromEntries(FACTS.map((name) => [name, facts.get(name) ?? ""]));
  const replica = Math.floor(draw * Math.max(1, Number(replicas)));
  const body = path === "/healthz" ? { ok: true } : { ...said, replica, path };
  return new Response(`${JSON.stringify(body)}\n`, { headers: { "content-type": "application/json" } });
}

function addressOf({ name, id, workload, image, provider, region, replicas }: ServedUnit): string {
  const url = new URL(`https://${name}${SUFFIX}/`);
  const facts = { workload, image, provider, region, unit: id, replicas: String(replicas) };
  for (const fact of FACTS) url.searchParams.set(fact, facts[fact]);
  return url.href;
}
