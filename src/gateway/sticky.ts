import type { Route } from "../store/store.ts";

/** Every cookie of ours begins so; none of them ever reaches a container. */
export const BERTH_COOKIE_PREFIX = "__Host-berth";

type Names = Pick<Route, "project" | "environment" | "workload">;

/** The cookie that keeps a client on one replica. It names the workload, for path routing shares one origin among many. */
export function stickyCookieName({ project, environment, workload }: Names): string {
  return `${BERTH_COOKIE_PREFIX}.${workload}.${environment}.${project}`;
}

/** What the cookie holds for one replica of a unit. */
export function stickyValue(unit: string, replica: number): string {
  return `${unit}.${replica}`;
}

/** The header that sets the cookie. `__Host-` demands Secure and the whole path (RFC 6265bis, 4.1.3.2). */
export function stickySetCookie(names: Names, value: string): string {
  return `${stickyCookieName(names)}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax`;
}

/** The value of a cookie in a Cookie header, the first when there are several. */
export function cookieValue(header: string | undefined, name: string): string | undefined {
  for (const pair of (header ?? "").split(";")) {
    const at = pair.indexOf("=");
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}
