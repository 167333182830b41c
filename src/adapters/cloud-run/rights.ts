import type { CloudRunConfig } from "./config.ts";

/** Everything Berth does in a project as a whole, and nothing else: one custom role is made of these, and a check asks for each. */
export function projectPermissions({ invoker }: Pick<CloudRunConfig, "invoker">): readonly string[] {
  return invoker === "public" ? [...PROJECT_PERMISSIONS, SWITCH_OFF_CHECK] : PROJECT_PERMISSIONS;
}

/** What switching off the invoker's check needs, and nothing else that Berth does (docs/securing/managing-access#invoker_check). */
const SWITCH_OFF_CHECK = "run.services.setIamPolicy";

/** The role that lets Berth's account call private services, and what of it is asked for by a check. */
export const INVOKER_ROLE = "roles/run.invoker";
export const INVOKE_PERMISSION = "run.routes.invoke";

const PROJECT_PERMISSIONS = [
  ...["create", "delete", "get", "list", "update"].map((verb) => `run.services.${verb}`),
  ...["create", "delete", "get", "list", "update"].map((verb) => `run.workerpools.${verb}`),
  ...["create", "delete", "get", "list", "run", "update"].map((verb) => `run.jobs.${verb}`),
  ...["cancel", "get", "list"].map((verb) => `run.executions.${verb}`),
  ...["get", "list"].map((verb) => `run.tasks.${verb}`),
  "run.operations.get",
  // Asked of the project itself, where a condition on a secret's name says no.
  ...["create", "list"].map((verb) => `secretmanager.secrets.${verb}`),
  "logging.logEntries.list",
  "serviceusage.services.get",
] as const;

/** What Berth does with secrets that are there: a second role, bound for the names of its own secrets alone. */
export const SECRET_PERMISSIONS = [
  ...["delete", "get"].map((verb) => `secretmanager.secrets.${verb}`),
  ...["add", "get"].map((verb) => `secretmanager.versions.${verb}`),
] as const;

/**
 * What who deploys needs on the repository of an image in Artifact Registry, since 15 January 2025 (cloud.google.com/run/docs/deploying,
 * "Deploy permissions"); in roles/artifactregistry.reader.
 */
export const REPOSITORY_PERMISSION = "artifactregistry.repositories.downloadArtifacts";

/** What who deploys needs on the account that containers run as, in roles/iam.serviceAccountUser (cloud.google.com/run/docs/configuring/services/service-identity). */
export const ACT_AS_PERMISSION = "iam.serviceAccounts.actAs";

/** The APIs that have to be switched on in the project. */
export const APIS = [
  "run.googleapis.com",
  "secretmanager.googleapis.com",
  "artifactregistry.googleapis.com",
  "logging.googleapis.com",
  "iam.googleapis.com",
  "iamcredentials.googleapis.com",
  "sts.googleapis.com",
  "cloudresourcemanager.googleapis.com",
  "serviceusage.googleapis.com",
] as const;

/** An Artifact Registry repository, by the parts of its host name `<location>-docker.pkg.dev/<project>/<name>`. */
export interface Repository {
  readonly location: string;
  readonly project: string;
  readonly name: string;
}

/** The repositories a target names, each once. */
export function repositoriesOf(remotes: Readonly<Record<string, string>>): readonly Repository[] {
  return [...new Set(Object.values(remotes))].map((path) => {
    const [host = "", project = "", name = ""] = path.split("/");
    return { location: host.slice(0, -"-docker.pkg.dev".length), project, name };
  });
}
