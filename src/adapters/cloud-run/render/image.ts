import { AdapterError } from "../../../domain/fault.ts";
import { pullableImage } from "../images.ts";
import type { Rendering } from "./rendering.ts";

/** The name Cloud Run pulls an image by. Throws `AdapterError` "invalid" for a registry it cannot pull from. */
export function pullable(reference: string, { remoteRepositories }: Rendering): string {
  const found = pullableImage(reference, remoteRepositories);
  if ("because" in found) throw new AdapterError("invalid", `${found.because}.`);
  return found.image;
}
