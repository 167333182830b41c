import { refuse } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";

/** Where a request says it goes: its host in lower case without port, and path and query as they were sent. */
export interface RequestAddress {
  readonly refused: false;
  readonly host: string;
  /** Host and port as the client wrote them. */
  readonly authority: string;
  readonly target: string;
}

/** A workload named by path: `/{project}/{environment}/{workload}/rest`. */
export interface PathAddress {
  readonly refused: false;
  readonly project: string;
  readonly environment: string;
  readonly workload: string;
  /** What the container sees. */
  readonly target: string;
  /** What was taken off the front. */
  readonly prefix: string;
}

/** The address in a request line and its Host header, both as received (RFC 9112, 3.2). */
export function requestAddress(
  method: string,
  target: string,
  hostHeaders: readonly string[],
): RequestAddress | Refusal {
  if (hostHeaders.length > 1) return refuse("bad-request", "a request names one Host: send the header once");
  if (!VISIBLE.test(target))
    return refuse("bad-request", "the request target may hold visible ASCII only: percent-encode the rest");
  const absolute = ABSOLUTE_FORM.exec(target);
  // In absolute form the target's own authority holds and Host is ignored (RFC 9112, 3.2.2).
  const authority = absolute?.[1] ?? hostHeaders[0] ?? "";
  const path = absolute === null ? target : originForm(absolute[2] ?? "");
  if (!path.startsWith("/") && !(path === "*" && method === "OPTIONS")) {
    return refuse("bad-request", "the request target must be a path: begin it with /");
  }
  const host = hostOf(authority);
  if (host === undefined)
    return refuse("bad-request", "the Host header names no host: send the name the workload is served at");
  return { refused: false, host, authority, target: path };
}

/** The workload a path names, a refusal of one that climbs out of it, or undefined when it names none. */
export function pathAddress(target: string): PathAddress | Refusal | undefined {
  const [, project, environment, workload, rest = ""] = PATH_FORM.exec(target) ?? [];
  if (project === undefined || environment === undefined || workload === undefined) return undefined;
  if (climbs(rest))
    return refuse("bad-request", "the path climbs above its workload: resolve its dot segments first");
  const prefix = `/${project}/${environment}/${workload}`;
  return {
    refused: false,
    project,
    environment,
    workload,
    prefix,
    target: rest.startsWith("/") ? rest : `/${rest}`,
  };
}

const VISIBLE = /^[\x21-\x7e]+$/;
const ABSOLUTE_FORM = /^https?:\/\/([^/?#]*)(.*)$/i;
const ID = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const PATH_FORM = new RegExp(`^/(${ID})/(${ID})/(${ID})((?:[/?].*)?)$`);
/** A registered name, an IPv4 address or a bracketed IPv6 address, with an optional port. */
const AUTHORITY = /^((?:[a-z0-9_](?:[a-z0-9_.-]{0,252})|\[[0-9a-f:.]{2,45}\]))(?::\d{1,5})?$/i;

function hostOf(authority: string): string | undefined {
  return AUTHORITY.exec(authority)?.[1]?.toLowerCase().replace(/\.$/, "");
}

function originForm(rest: string): string {
  return rest.startsWith("/") ? rest : `/${rest}`;
}

/** Whether dot segments, in any spelling a container might resolve, lead above where the path began. */
function climbs(rest: string): boolean {
  const path = (rest.split("?", 1)[0] ?? "").replace(/%2e/gi, ".").replace(/%2f|%5c|\\/gi, "/");
  let depth = 0;
  for (const segment of path.split("/")) {
    if (segment === "..") depth -= 1;
    else if (segment !== "" && segment !== ".") depth += 1;
    if (depth < 0) return true;
  }
  return false;
}
