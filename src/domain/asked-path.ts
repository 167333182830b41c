import type { Provider } from "./place.ts";

/**
 * Paths that Google answers itself, with a 404 that no container has seen (cloud.google.com/run/docs/known-issues, "Reserved URL paths":
 * `/eventlog`, what begins with `/_ah/`, and some that end with z, of which it advises against all).
 */
const RESERVED = /^\/eventlog$|^\/_ah\/|z$/;

/**
 * The path by which a unit's health can be asked from outside; undefined where any answer has to do, because none is given or the place
 * answers this one in the container's stead. Cloud Run asks the given path itself, inside, before it calls a revision ready.
 */
export function askedPath(provider: Provider, path: string | undefined): string | undefined {
  const [plain = ""] = (path ?? "").split("?", 1);
  return provider === "cloud-run" && RESERVED.test(plain) ? undefined : path;
}
