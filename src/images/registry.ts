import type { RegistryLogin } from "../domain/resolved-image.ts";
import { type Challenge, parseChallenges } from "./challenge.ts";
import { follow } from "./follow.ts";
import type { ImagePorts } from "./ports.ts";
import { isLoopback } from "./reach.ts";
import { discard } from "./read-body.ts";
import { basic, bearer } from "./token.ts";
import { RegistryTrouble } from "./trouble.ts";

/** One repository of a registry, asked with one login. */
export interface Repository {
  /** `ghcr.io/acme/web`, for sentences. */
  readonly name: string;
  /**
   * The registry's answer to a GET or HEAD under `/v2/<repository>/`, which is 200; the body is the caller's to read. What answers a HEAD
   * with 404 or 405 is asked by GET: some hosts and proxies know only that. Throws `RegistryTrouble`.
   */
  readonly ask: (method: "GET" | "HEAD", path: string, accept: string) => Promise<Response>;
}

export interface RepositoryQuestion {
  readonly host: string;
  readonly repository: string;
  readonly login: RegistryLogin | undefined;
  readonly signal: AbortSignal;
}

/**
 * A repository over the OCI distribution API (specification 1.1, "Pull"). Nothing is asked before the first question. Throws `absent` for a
 * host that no URL can name.
 */
export function openRepository(
  ports: Pick<ImagePorts, "fetch" | "reach">,
  { host, repository, login, signal }: RepositoryQuestion,
): Repository {
  const base = registryUrl(host);
  if (base === null) throw new RegistryTrouble("absent", `${host} is no host name`);
  const name = `${host}/${repository}`;
  let authorization: string | undefined;
  const send = async (method: "GET" | "HEAD", path: string, accept: string): Promise<Response> => {
    const url = new URL(`/v2/${repository}/${path}`, base);
    return follow(ports, { method, url, accept, authorization, signal });
  };
  const convince = async (challenges: readonly Challenge[]): Promise<string | undefined> => {
    const tokens = challenges.find(({ scheme }) => scheme === "bearer");
    if (tokens !== undefined) return bearer(ports, tokens, { registry: base, repository, login, signal });
    const isBasic = challenges.some(({ scheme }) => scheme === "basic");
    return isBasic && login !== undefined ? basic(login) : undefined;
  };
  const sendSignedIn = async (...question: Parameters<typeof send>): Promise<Response> => {
    const first = await send(...question);
    if (first.status !== 401 || authorization !== undefined) return first;
    const challenges = parseChallenges(first.headers.get("www-authenticate"));
    await discard(first);
    try {
      authorization = await convince(challenges);
    } catch (error) {
      if (error instanceof RegistryTrouble && error.kind === "denied") throw denied(host, name, login, error);
      throw error;
    }
    if (authorization === undefined) throw denied(host, name, login);
    return send(...question);
  };
  return {
    name,
    async ask(method, path, accept) {
      const answer = await sendSignedIn(method, path, accept);
      if (method === "GET" || !KNOWS_NO_HEAD.has(answer.status)) return judged(answer, host, name, login);
      await discard(answer);
      return judged(await sendSignedIn("GET", path, accept), host, name, login);
    },
  };
}

/** RFC 9110, section 15.5.6; and what a proxy that routes by GET alone says of a HEAD. */
const KNOWS_NO_HEAD: ReadonlySet<number> = new Set([404, 405]);

/** Docker Hub answers the API elsewhere; a registry on this machine is asked in clear text, as engines do. */
function registryUrl(host: string): URL | null {
  const url = URL.parse(`https://${host === "docker.io" ? "registry-1.docker.io" : host}`);
  return url !== null && isLoopback(url.hostname) ? URL.parse(`http://${host}`) : url;
}

async function judged(
  response: Response,
  host: string,
  name: string,
  login: RegistryLogin | undefined,
): Promise<Response> {
  const { status } = response;
  if (status === 200) return response;
  await discard(response);
  if (status === 401 || status === 403) throw denied(host, name, login);
  if (status === 404) throw new RegistryTrouble("absent", `${host} has no such image in ${name}`);
  if (status === 429) {
    const more = login === undefined ? `; with a login it allows more: berth registry set ${host}` : "";
    throw new RegistryTrouble("unreachable", `${host} was asked too often and answers 429${more}`);
  }
  throw new RegistryTrouble("unreachable", `${host} answers ${status}`);
}

function denied(
  host: string,
  name: string,
  login: RegistryLogin | undefined,
  cause?: unknown,
): RegistryTrouble {
  const message =
    login === undefined
      ? `${name} is not there, or ${host} shows it with a login only: give it one with berth registry set ${host}`
      : `${host} does not let ${login.username} read ${name}: check the name, or give another login with berth registry set ${host}`;
  return new RegistryTrouble("denied", message, { cause });
}
