import type { ImagePorts } from "./ports.ts";
import { urlProblem } from "./reach.ts";
import { discard } from "./read-body.ts";
import { RegistryTrouble } from "./trouble.ts";

/** Registries send blobs from stores of their own, one redirect away. */
const MAX_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export interface Request {
  readonly method: "GET" | "HEAD";
  readonly url: URL;
  readonly accept: string;
  /** Sent to the first origin only. */
  readonly authorization?: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * The answer after up to five redirects, none of which leads where this instance does not ask or takes the authorization along to another
 * origin. Throws `unreachable`.
 */
export async function follow(
  ports: Pick<ImagePorts, "fetch" | "reach">,
  request: Request,
): Promise<Response> {
  let { url } = request;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const problem = urlProblem(url, ports.reach);
    if (problem !== undefined) throw new RegistryTrouble("unreachable", problem);
    const response = await send(ports, request, url);
    if (!REDIRECTS.has(response.status)) return response;
    const to = URL.parse(response.headers.get("location") ?? "", url);
    await discard(response);
    if (to === null) throw new RegistryTrouble("unreachable", `${url.host} redirects to nowhere`);
    url = to;
  }
  throw new RegistryTrouble("unreachable", `${request.url.host} redirects more than ${MAX_REDIRECTS} times`);
}

async function send(
  { fetch }: Pick<ImagePorts, "fetch">,
  { method, url: first, accept, authorization, signal }: Request,
  url: URL,
): Promise<Response> {
  const isFirst = url.origin === first.origin;
  const headers = {
    accept,
    "user-agent": "berth",
    ...(authorization === undefined || !isFirst ? {} : { authorization }),
  };
  try {
    return await fetch(url, { method, headers, redirect: "manual", signal });
  } catch (error) {
    if (error instanceof RegistryTrouble) throw error;
    throw new RegistryTrouble("unreachable", silence(url, signal, error), { cause: error });
  }
}

function silence({ host }: URL, signal: AbortSignal, error: unknown): string {
  if (signal.aborted) return `${host} did not answer in time`;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
  return `${host} cannot be reached${code}`;
}
