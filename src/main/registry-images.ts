import { registryLogins, type LoginPorts } from "../broker/registry-logins.ts";
import type { ResolveImage } from "../domain/resolved-image.ts";
import type { ImagePorts } from "../images/ports.ts";
import { imageResolver } from "../images/resolver.ts";

/** What differs between the runtimes. */
export interface ImageWiring extends LoginPorts, Omit<ImagePorts, "login"> {}

/** Asks registries with the logins that projects keep. To be made once in a process, for it remembers answers. */
export function registryImages({ store, sealer, ...ports }: ImageWiring): ResolveImage {
  const login = registryLogins({ store, sealer });
  const never = new AbortController().signal;
  return imageResolver({
    ...ports,
    login: (project, host) => login({ project, environment: "" }, host, { signal: never }),
  });
}
