import type { TrustSubject } from "../../domain/trust.ts";
import { type Names, subjectCondition } from "./trust-names.ts";
import { APIS, INVOKER_ROLE, type Repository, SECRET_PERMISSIONS } from "./rights.ts";
import { SECRET_PREFIX } from "./unit-secrets.ts";

/** The documents as commands for gcloud. Run twice they change nothing: what is there is not made again. */
export function commands(subject: TrustSubject, names: Names): string {
  const { deployer, deployerId, runtime, runtimeId, role, secretsRole, title, pool, provider } = names;
  const principal = `principal://iam.googleapis.com/projects/$NUMBER/locations/global/workloadIdentityPools/${pool}/subject/${subject.subject}`;
  return `set -eu
PROJECT=${names.project}
NUMBER=$(gcloud projects describe "$PROJECT" --format='value(projectNumber)')
gcloud services enable ${APIS.join(" ")} --project "$PROJECT"
${roleCommands(role, title, names.permissions)}
${roleCommands(secretsRole, `${title}: secrets`, SECRET_PERMISSIONS)}
${accountCommand(deployer, deployerId, "Berth")}
${accountCommand(runtime, runtimeId, "Containers of Berth")}
gcloud projects add-iam-policy-binding "$PROJECT" --condition None \\
  --member 'serviceAccount:${deployer}' --role "projects/$PROJECT/roles/${role}"
${invokerCommand(names)}# Secrets of Berth begin with ${SECRET_PREFIX}: it changes no others, and the containers read no others.
OWN_SECRETS="expression=resource.name.startsWith('projects/$NUMBER/secrets/${SECRET_PREFIX}'),title=berth-secrets"
gcloud projects add-iam-policy-binding "$PROJECT" --condition "$OWN_SECRETS" \\
  --member 'serviceAccount:${deployer}' --role "projects/$PROJECT/roles/${secretsRole}"
gcloud projects add-iam-policy-binding "$PROJECT" --condition "$OWN_SECRETS" \\
  --member 'serviceAccount:${runtime}' --role roles/secretmanager.secretAccessor
gcloud iam service-accounts add-iam-policy-binding '${runtime}' --project "$PROJECT" \\
  --member 'serviceAccount:${deployer}' --role roles/iam.serviceAccountUser
gcloud iam workload-identity-pools describe ${pool} --project "$PROJECT" --location global >/dev/null 2>&1 ||
  gcloud iam workload-identity-pools create ${pool} --project "$PROJECT" --location global
gcloud iam workload-identity-pools providers describe ${provider} --project "$PROJECT" --location global \\
  --workload-identity-pool ${pool} >/dev/null 2>&1 ||
  gcloud iam workload-identity-pools providers create-oidc ${provider} --project "$PROJECT" --location global \\
    --workload-identity-pool ${pool} --issuer-uri '${subject.issuer}' \\
    --attribute-mapping 'google.subject=assertion.sub' --attribute-condition "${subjectCondition(subject)}"
gcloud iam service-accounts add-iam-policy-binding '${deployer}' --project "$PROJECT" \\
  --role roles/iam.workloadIdentityUser --member "${principal}"
${names.repositories.map((repository) => readerCommands(repository, names)).join("")}${OTHER_REPOSITORIES}`;
}

function roleCommands(role: string, title: string, permissions: readonly string[]): string {
  const listed = `--permissions '${permissions.join(",")}'`;
  return `if gcloud iam roles describe ${role} --project "$PROJECT" >/dev/null 2>&1; then
  gcloud iam roles update ${role} --project "$PROJECT" ${listed}
else
  gcloud iam roles create ${role} --project "$PROJECT" --title '${title}' --stage GA ${listed}
fi`;
}

// Services are private: Google lets in who may invoke them, and that is Berth's own account.
const invokerCommand = ({ invokes, deployer }: Names): string =>
  invokes
    ? `gcloud projects add-iam-policy-binding "$PROJECT" --condition None \\
  --member 'serviceAccount:${deployer}' --role ${INVOKER_ROLE}
`
    : "";

const accountCommand = (email: string, id: string, title: string): string =>
  `gcloud iam service-accounts describe '${email}' --project "$PROJECT" >/dev/null 2>&1 ||
  gcloud iam service-accounts create ${id} --project "$PROJECT" --display-name '${title}'`;

// In a repository of another project Cloud Run pulls as this project's own service agent, which has no right there by itself.
function readerCommands({ location, project, name }: Repository, names: Names): string {
  const agent = `service-$NUMBER@serverless-robot-prod.iam.gserviceaccount.com`;
  const readers = [names.deployer, ...(project === names.project ? [] : [agent])];
  return readers
    .map(
      (
        reader,
      ) => `gcloud artifacts repositories add-iam-policy-binding ${name} --project ${project} --location ${location} \\
  --member "serviceAccount:${reader}" --role roles/artifactregistry.reader
`,
    )
    .join("");
}

const OTHER_REPOSITORIES = `# Images that a spec names in another repository of Artifact Registry need the same there: roles/artifactregistry.reader for Berth's
# account, and for the service agent where the repository is another project's.
`;
