import type { HostLogin } from "../domain/agent-protocol.ts";
import { parseImage } from "../domain/image.ts";

/** The logins of registries that the broker has handed out, in memory only: what runs needs none, and what is to start gets it anew. */
export class RegistryLogins {
  readonly #byHost = new Map<string, HostLogin>();

  /** Take what came with a sync. A login stays until the broker hands out another for its registry. */
  keep(given: readonly HostLogin[]): void {
    for (const login of given) this.#byHost.set(login.host, login);
  }

  /** What an image is pulled with, as the Engine API's `X-Registry-Auth`; undefined where its registry has no login. */
  authFor(image: string): string | undefined {
    const parsed = parseImage(image);
    const login = typeof parsed === "string" ? undefined : this.#byHost.get(parsed.registry);
    if (login === undefined) return undefined;
    const { host, username, password } = login;
    const serveraddress = host === "docker.io" ? "https://index.docker.io/v1/" : host;
    const text = JSON.stringify({ username, password, serveraddress });
    // The URL's alphabet with padding: Docker's and Podman's decoders want both (Engine API 1.41, "Authentication").
    return Buffer.from(text, "utf8").toString("base64").replaceAll("+", "-").replaceAll("/", "_");
  }
}
