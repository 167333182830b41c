import type { Refusal } from "../../domain/feature.ts";
import type { Needs } from "../../domain/needs.ts";
import { reservedPort } from "./aci-reserved-port.ts";

/** What of these needs no container group takes, wherever and however it is bought. */
export function aciRefusals(needs: Needs): readonly Refusal[] {
  const { route, fileFolders = [], demands, images } = needs;
  const refusals: Refusal[] = [];
  const refuse = (pointer: string, message: string) => refusals.push({ rule: "limit", message, pointer });
  const port = route === undefined ? undefined : reservedPort(route.port);
  if (port !== undefined) refuse("/route/port", port);
  if (fileFolders.includes("/"))
    refuse("/files", "A file directly below / would hide the whole image: put it into a folder");
  const alone = demands.find(({ feature }) => feature === "args-alone");
  if (alone !== undefined && images?.entrypoints !== true)
    refuse(
      alone.pointer,
      "Container Instances has one command for ENTRYPOINT and CMD, and the image's entrypoint could not be read: give entrypoint together with args",
    );
  return refusals;
}
