import type { RegistryLogin } from "../domain/resolved-image.ts";
import type { Reach } from "./reach.ts";

/** What asking registries needs from outside. */
export interface ImagePorts {
  /** Must not follow redirects when it is told not to; each is judged here before it is followed. */
  readonly fetch: (url: URL, init: RequestInit) => Promise<Response>;
  readonly now: () => number;
  /** The login a project keeps for a registry's host. */
  readonly login: (project: string, host: string) => Promise<RegistryLogin | undefined>;
  readonly reach: Reach;
}
