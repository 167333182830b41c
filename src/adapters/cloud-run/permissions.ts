import type { TrustDocument, TrustSubject } from "../../domain/trust.ts";
import type { CloudRunConfig } from "./config.ts";

/** Everything Berth does in a project, and nothing else: the custom role is made of these, and a check asks for each. */
export const PROJECT_PERMISSIONS = [
  // setIamPolicy is what switching off the invoker's check needs (docs/securing/managing-access#invoker_check).
  ...["create", "delete", "get", "list", "setIamPolicy", "update"].map((verb) => `run.services.${verb}`),
  ...["create", "delete", "get", "list", "update"].map((verb) => `run.workerpools.${verb}`),
  ...["create", "delete", "get", "list", "run"].map((verb) => `run.jobs.${verb}`),
  ...["cancel", "get", "list"].map((verb) => `run.executions.${verb}`),
  ...["get", "list"].map((verb) => `run.tasks.${verb}`),
  "run.operations.get",
  ...["create", "delete", "get", "list", "setIamPolicy"].map((verb) => `secretmanager.secrets.${verb}`),
  ...["add", "list"].map((verb) => `secretmanager.versions.${verb}`),
  "logging.logEntries.list",
  "serviceusage.services.get",
] as const;

/** The APIs that have to be switched on in the project. */
export const APIS = [
  "run.googleapis.com",
  "secretmanager.googleapis.com",
  "logging.googleapis.com",
  "iam.googleapis.com",
  "iamcredentials.googleapis.com",
  "sts.googleapis.com",
  "cloudresourcemanager.googleapis.com",
  "serviceusage.googleapis.com",
] as const;

const ROLE = "berthCloudRun";
const POOL = "berth";

/** What an owner of the project runs once, as commands or as Terraform. It pins the one subject that stands for this target. */
export function trustDocuments(config: CloudRunConfig, subject: TrustSubject): readonly TrustDocument[] {
  const names = namesOf(config);
  return [
    {
      title: "The custom role: everything Berth may do in the project",
      format: "json",
      text: `${JSON.stringify(
        { title: "Berth on Cloud Run", stage: "GA", includedPermissions: PROJECT_PERMISSIONS },
        undefined,
        2,
      )}\n`,
    },
    { title: "Commands for gcloud", format: "shell", text: commands(config, subject, names) },
    { title: "The same as Terraform", format: "terraform", text: terraform(config, subject, names) },
  ];
}

interface Names {
  readonly deployer: string;
  readonly deployerId: string;
  readonly runtimeId: string;
  /** The provider's own id; one a target, so that each pins its own subject. */
  readonly provider: string;
}

function namesOf(config: CloudRunConfig): Names {
  const { credentials, projectId, runtimeServiceAccount } = config;
  const deployer =
    credentials.by === "keyless" ? credentials.serviceAccount : `berth@${projectId}.iam.gserviceaccount.com`;
  const provider =
    credentials.by === "keyless" ? (credentials.workloadIdentityProvider.split("/").at(-1) ?? POOL) : POOL;
  const idOf = (email: string) => email.split("@", 1)[0] ?? email;
  return { deployer, deployerId: idOf(deployer), runtimeId: idOf(runtimeServiceAccount), provider };
}

// Only this issuer and this subject get a Google token at all: a condition on the provider, before any role is looked at.
const condition = ({ subject }: TrustSubject): string => `assertion.sub == '${subject}'`;
const poolIdOf = (config: CloudRunConfig): string =>
  config.credentials.by === "keyless"
    ? (config.credentials.workloadIdentityProvider.split("/")[5] ?? POOL)
    : POOL;

function commands(config: CloudRunConfig, subject: TrustSubject, names: Names): string {
  const { projectId, runtimeServiceAccount } = config;
  const pool = poolIdOf(config);
  const principal = `principal://iam.googleapis.com/projects/$NUMBER/locations/global/workloadIdentityPools/${pool}/subject/${subject.subject}`;
  return `set -eu
PROJECT=${projectId}
NUMBER=$(gcloud projects describe "$PROJECT" --format='value(projectNumber)')
gcloud services enable ${APIS.join(" ")} --project "$PROJECT"
gcloud iam roles create ${ROLE} --project "$PROJECT" --title 'Berth on Cloud Run' --stage GA \\
  --permissions '${PROJECT_PERMISSIONS.join(",")}'
gcloud iam service-accounts create ${names.deployerId} --project "$PROJECT" --display-name 'Berth'
gcloud iam service-accounts create ${names.runtimeId} --project "$PROJECT" --display-name 'Containers of Berth'
gcloud projects add-iam-policy-binding "$PROJECT" --condition None \\
  --member 'serviceAccount:${names.deployer}' --role "projects/$PROJECT/roles/${ROLE}"
gcloud iam service-accounts add-iam-policy-binding '${runtimeServiceAccount}' --project "$PROJECT" \\
  --member 'serviceAccount:${names.deployer}' --role roles/iam.serviceAccountUser
gcloud iam workload-identity-pools create ${pool} --project "$PROJECT" --location global
gcloud iam workload-identity-pools providers create-oidc ${names.provider} --project "$PROJECT" --location global \\
  --workload-identity-pool ${pool} --issuer-uri '${subject.issuer}' \\
  --attribute-mapping 'google.subject=assertion.sub' --attribute-condition "${condition(subject)}"
gcloud iam service-accounts add-iam-policy-binding '${names.deployer}' --project "$PROJECT" \\
  --role roles/iam.workloadIdentityUser --member "${principal}"
`;
}

function terraform(config: CloudRunConfig, subject: TrustSubject, names: Names): string {
  const { projectId, runtimeServiceAccount } = config;
  const pool = poolIdOf(config);
  const listed = (items: readonly string[]) => items.map((item) => `    "${item}",`).join("\n");
  return `data "google_project" "berth" {
  project_id = "${projectId}"
}

resource "google_project_service" "berth" {
  for_each = toset([
${listed(APIS)}
  ])
  project            = "${projectId}"
  service            = each.value
  disable_on_destroy = false
}

resource "google_project_iam_custom_role" "berth" {
  project = "${projectId}"
  role_id = "${ROLE}"
  title   = "Berth on Cloud Run"
  permissions = [
${listed(PROJECT_PERMISSIONS)}
  ]
}

resource "google_service_account" "berth" {
  project    = "${projectId}"
  account_id = "${names.deployerId}"
}

resource "google_service_account" "containers" {
  project    = "${projectId}"
  account_id = "${names.runtimeId}"
}

resource "google_project_iam_member" "berth" {
  project = "${projectId}"
  role    = google_project_iam_custom_role.berth.id
  member  = "serviceAccount:\${google_service_account.berth.email}"
}

# Cloud Run runs containers as this account only for who may act as it: ${runtimeServiceAccount}
resource "google_service_account_iam_member" "act_as" {
  service_account_id = google_service_account.containers.name
  role               = "roles/iam.serviceAccountUser"
  member             = "serviceAccount:\${google_service_account.berth.email}"
}

resource "google_iam_workload_identity_pool" "berth" {
  project                   = "${projectId}"
  workload_identity_pool_id = "${pool}"
}

resource "google_iam_workload_identity_pool_provider" "berth" {
  project                            = "${projectId}"
  workload_identity_pool_id          = google_iam_workload_identity_pool.berth.workload_identity_pool_id
  workload_identity_pool_provider_id = "${names.provider}"
  attribute_mapping                  = { "google.subject" = "assertion.sub" }
  attribute_condition                = "${condition(subject)}"
  oidc {
    issuer_uri = "${subject.issuer}"
  }
}

resource "google_service_account_iam_member" "berth" {
  service_account_id = google_service_account.berth.name
  role               = "roles/iam.workloadIdentityUser"
  member             = "principal://iam.googleapis.com/projects/\${data.google_project.berth.number}/locations/global/workloadIdentityPools/${pool}/subject/${subject.subject}"
}
`;
}
