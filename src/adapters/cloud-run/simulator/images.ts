import { textIn } from "../members.ts";
import type { ProjectRules } from "./state.ts";

/** What who deploys an image of Artifact Registry needs on its repository, since 15 January 2025 (cloud.google.com/run/docs/deploying). */
export const DOWNLOAD = "artifactregistry.repositories.downloadArtifacts";

/** Whether the caller may read a repository, `<location>-docker.pkg.dev/<project>/<name>`. */
export function isReadable(repository: string, { readable }: ProjectRules): boolean {
  return readable === undefined || readable.includes(repository);
}

/** Why the images of these containers may not be deployed, in Google's form. */
export function imageProblem(containers: readonly unknown[], rules: ProjectRules): string | undefined {
  const repositories = containers
    .map((container) => textIn(container, "image"))
    .filter((image) => /^[a-z0-9-]+-docker\.pkg\.dev\//.test(image))
    .map((image) => image.split("/").slice(0, 3).join("/"));
  const hidden = repositories.find((repository) => !isReadable(repository, rules));
  if (hidden === undefined) return undefined;
  const [host = "", project, name] = hidden.split("/");
  const location = host.slice(0, -"-docker.pkg.dev".length);
  return `Permission '${DOWNLOAD}' denied on resource '//artifactregistry.googleapis.com/projects/${project}/locations/${location}/repositories/${name}' (or it may not exist).`;
}
