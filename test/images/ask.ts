import { onTestFinished } from "vitest";
import type { ImageAnswer, RegistryLogin } from "../../src/domain/resolved-image.ts";
import type { ImagePorts } from "../../src/images/ports.ts";
import type { Reach } from "../../src/images/reach.ts";
import { imageResolver } from "../../src/images/resolver.ts";
import { startInternet, type Host, type Internet } from "./registry-server.ts";

export const INTERNET_ONLY: Reach = { private: false, loopback: false };

export interface AskOptions {
  /** By host. */
  readonly logins?: Readonly<Record<string, RegistryLogin>>;
  readonly reach?: Reach;
  readonly fetch?: ImagePorts["fetch"];
}

/** A resolver over a small internet. */
export interface Desk {
  readonly internet: Internet;
  readonly clock: { now: number };
  readonly ask: (
    reference: string,
    more?: { readonly fresh?: boolean; readonly project?: string; readonly signal?: AbortSignal },
  ) => Promise<ImageAnswer>;
}

/** Opens one; it is closed when the test is over. */
export async function askIn(
  hosts: Readonly<Record<string, Host>>,
  { logins = {}, reach = INTERNET_ONLY, fetch }: AskOptions = {},
): Promise<Desk> {
  const internet = await startInternet(hosts);
  onTestFinished(internet.close);
  const clock = { now: 0 };
  const resolve = imageResolver({
    fetch: fetch ?? internet.fetch,
    now: () => clock.now,
    reach,
    login: async (_project, host) => logins[host],
  });
  return {
    internet,
    clock,
    ask: (reference, { fresh = false, project = "prj_1", signal = new AbortController().signal } = {}) =>
      resolve({ project, reference, fresh }, { signal }),
  };
}
