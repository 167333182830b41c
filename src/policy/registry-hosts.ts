import type { Problem } from "../domain/fault.ts";
import { parseImage } from "../domain/image.ts";

/** Entries of `registries` that no image's registry can be, for only hosts are compared; pointers are below `at`. */
export function registryProblems(registries: readonly string[] = [], at: string): readonly Problem[] {
  return registries.flatMap((entry, index) => {
    const message = registryProblem(entry);
    return message === undefined ? [] : [{ pointer: `${at}/${index}`, message }];
  });
}

function registryProblem(entry: string): string | undefined {
  if (hostIn(entry) === entry) return undefined;
  if (entry.includes("*"))
    return "a wildcard matches no registry: write each host, such as ghcr.io, or leave registries out to allow all";
  const [meant = "", ...path] = entry.replace(/^[a-z]+:\/\//i, "").split("/");
  const host = hostIn(meant.toLowerCase());
  const write = host === undefined ? "write a host such as ghcr.io" : `write ${host}`;
  const which = path.some((part) => part !== "")
    ? "; which repositories there, a rule of require can say with workload.image.repository"
    : "";
  return `no image's registry is ${entry}, for hosts alone are compared: ${write}${which}`;
}

// The host that an image of this name would come from; undefined where the name is no host at all.
function hostIn(name: string): string | undefined {
  const parsed = parseImage(`${name}/image`);
  if (typeof parsed === "string") return undefined;
  const isWhole = parsed.repository === "image" || parsed.repository === "library/image";
  return isWhole ? parsed.registry : undefined;
}
