import type { Refusal } from "../../domain/feature.ts";
import { parseImage } from "../../domain/image.ts";
import type { CloudRunConfig } from "./config.ts";

/**
 * An image by the name Cloud Run pulls it by, or why it cannot. Cloud Run pulls from Artifact Registry, Container Registry
 * and Docker Hub alone (cloud.google.com/run/docs/deploying, "Supported container registries and images"); any other goes
 * through an Artifact Registry remote repository, which the target names for each registry.
 */
export function pullableImage(
  reference: string,
  remotes: CloudRunConfig["remoteRepositories"],
): { readonly image: string } | { readonly because: string } {
  const parsed = parseImage(reference);
  if (typeof parsed === "string") return { because: parsed };
  const { registry, repository, tag, digest } = parsed;
  const version = digest === undefined ? `:${tag ?? "latest"}` : `@${digest}`;
  const remote = Object.hasOwn(remotes, registry) ? remotes[registry] : undefined;
  if (remote !== undefined) return { image: `${remote}/${repository}${version}` };
  return isPulledDirectly(registry)
    ? { image: `${registry}/${repository}${version}` }
    : { because: notPulled(registry) };
}

/** One refusal for each registry that Cloud Run cannot pull from and the target has no remote repository for. */
export function registryRefusals(
  registries: readonly string[],
  remotes: CloudRunConfig["remoteRepositories"],
): readonly Refusal[] {
  return registries
    .filter((registry) => !isPulledDirectly(registry) && !Object.hasOwn(remotes, registry))
    .map((registry) => ({ rule: "image-registry", message: notPulled(registry), pointer: "/image" }));
}

function isPulledDirectly(registry: string): boolean {
  return (
    registry === "docker.io" ||
    /^([a-z]+\.)?gcr\.io$/.test(registry) ||
    /^[a-z0-9-]+-docker\.pkg\.dev$/.test(registry)
  );
}

const notPulled = (registry: string): string =>
  `Cloud Run cannot pull from ${registry}: make an Artifact Registry remote repository for it and name it in the target's remoteRepositories, or push the image to Artifact Registry`;
