import type { CheckLine } from "../../domain/trust.ts";
import type { Call } from "../adapter.ts";
import type { CloudPorts } from "../cloud-ports.ts";
import type { CloudRunApi } from "./api.ts";
import { asLine, grantLines } from "./check-line.ts";
import type { CloudRunConfig } from "./config.ts";
import { members, textIn } from "./members.ts";
import { ACT_AS_PERMISSION, REPOSITORY_PERMISSION, repositoriesOf, SECRET_PERMISSIONS } from "./rights.ts";

/** What is granted for the names of Berth's secrets: it can be asked only of a secret that is there. */
export async function secretPermissionLines(
  config: CloudRunConfig,
  ports: CloudPorts,
  api: CloudRunApi,
  call: Call,
): Promise<readonly CheckLine[]> {
  const path = `/v1/projects/${config.projectId}/secrets`;
  return await asLine("secrets", async () => {
    const owner = await ports.installation();
    const query = { filter: `labels.berth-installation=${owner.id.toLowerCase()}`, pageSize: "1" };
    const list = { service: "secretManager", method: "GET", path, query, repeatable: true } as const;
    const [first] = members(await api.rest(list, call), "secrets");
    if (first === undefined)
      return SECRET_PERMISSIONS.map((name): CheckLine => ({
        name,
        verdict: "cannot be proved",
        message: NONE_YET,
      }));
    const id = textIn(first, "name").split("/").at(-1) ?? "";
    const ask = {
      service: "secretManager",
      method: "POST",
      path: `${path}/${id}:testIamPermissions`,
      body: { permissions: [...SECRET_PERMISSIONS] },
      repeatable: true,
    } as const;
    return grantLines(SECRET_PERMISSIONS, await api.rest(ask, call), NOT_BOUND);
  });
}

/** Whether Berth may read each repository the target names: Cloud Run refuses the images of others. */
export async function repositoryLines(
  config: CloudRunConfig,
  api: CloudRunApi,
  call: Call,
): Promise<readonly CheckLine[]> {
  const lines: CheckLine[] = [];
  for (const { location, project, name } of repositoriesOf(config.remoteRepositories)) {
    const repository = `projects/${project}/locations/${location}/repositories/${name}`;
    const ask = {
      service: "artifactRegistry",
      method: "POST",
      path: `/v1/${repository}:testIamPermissions`,
      body: { permissions: [REPOSITORY_PERMISSION] },
      repeatable: true,
    } as const;
    const missing = `Berth may not read ${repository}, so Cloud Run refuses its images: grant roles/artifactregistry.reader there, as \`berth target add gcp\` prints it.`;
    const asked = await asLine(REPOSITORY_PERMISSION, async () =>
      grantLines([REPOSITORY_PERMISSION], await api.rest(ask, call), missing),
    );
    lines.push(...asked.map((line) => ({ ...line, name: `${line.name} on ${name}` })));
  }
  return lines;
}

/** Whether Berth may run containers as the account the target names: granted on that account, and asked of it (IAM API v1). */
export async function actAsLines(
  { projectId, runtimeServiceAccount }: CloudRunConfig,
  api: CloudRunApi,
  call: Call,
): Promise<readonly CheckLine[]> {
  // An account made by a user has its project in its name; those that Google makes for an API are the target's own.
  const [, project = projectId] =
    /@([a-z0-9-]+)\.iam\.gserviceaccount\.com$/.exec(runtimeServiceAccount) ?? [];
  const account = `projects/${project}/serviceAccounts/${runtimeServiceAccount}`;
  const ask = {
    service: "iam",
    method: "POST",
    path: `/v1/${account}:testIamPermissions`,
    body: { permissions: [ACT_AS_PERMISSION] },
    repeatable: true,
  } as const;
  const missing = `Berth may not run containers as ${runtimeServiceAccount}: grant roles/iam.serviceAccountUser there, as \`berth target add gcp\` prints it.`;
  return await asLine(ACT_AS_PERMISSION, async () =>
    grantLines([ACT_AS_PERMISSION], await api.rest(ask, call), missing),
  );
}

const NONE_YET =
  "It is granted under a condition on the secret's name, and there is no secret of Berth yet to ask for: check again after the first deploy.";
const NOT_BOUND =
  "Berth does not have it for its own secrets: bind the second custom role that `berth target add gcp` prints.";
