import type { TrustSubject } from "../../domain/trust.ts";
import { type Names, subjectCondition } from "./trust-names.ts";
import { APIS, INVOKER_ROLE, SECRET_PERMISSIONS } from "./rights.ts";
import { SECRET_PREFIX } from "./unit-secrets.ts";

/** The documents as Terraform. */
export function terraform(subject: TrustSubject, names: Names): string {
  const { project } = names;
  return `data "google_project" "berth" {
  project_id = "${project}"
}

resource "google_project_service" "berth" {
  for_each = toset([
${listed(APIS)}
  ])
  project            = "${project}"
  service            = each.value
  disable_on_destroy = false
}

${role("berth", names.role, names.title, names)}
${role("berth_secrets", names.secretsRole, `${names.title}: secrets`, names)}
${accounts(names)}
${secretBindings(names)}${invoker(names)}
${federation(subject, names)}${readers(names)}`;
}

const listed = (items: readonly string[]): string => items.map((item) => `    "${item}",`).join("\n");

function role(
  resource: "berth" | "berth_secrets",
  id: string,
  title: string,
  { project, permissions }: Names,
): string {
  return `resource "google_project_iam_custom_role" "${resource}" {
  project = "${project}"
  role_id = "${id}"
  title   = "${title}"
  permissions = [
${listed(resource === "berth" ? permissions : SECRET_PERMISSIONS)}
  ]
}
`;
}

function accounts({ project, deployerId, runtimeId, runtime }: Names): string {
  return `resource "google_service_account" "berth" {
  project    = "${project}"
  account_id = "${deployerId}"
}

resource "google_service_account" "containers" {
  project    = "${project}"
  account_id = "${runtimeId}"
}

resource "google_project_iam_member" "berth" {
  project = "${project}"
  role    = google_project_iam_custom_role.berth.id
  member  = "serviceAccount:\${google_service_account.berth.email}"
}

# Cloud Run runs containers as this account only for who may act as it: ${runtime}
resource "google_service_account_iam_member" "act_as" {
  service_account_id = google_service_account.containers.name
  role               = "roles/iam.serviceAccountUser"
  member             = "serviceAccount:\${google_service_account.berth.email}"
}
`;
}

// Secrets of Berth begin so: it changes no others, and the containers read no others.
function secretBindings({ project }: Names): string {
  const bound = (
    name: string,
    roleOf: string,
    account: string,
  ) => `resource "google_project_iam_member" "${name}" {
  project = "${project}"
  role    = ${roleOf}
  member  = "serviceAccount:\${google_service_account.${account}.email}"
  condition {
    title      = "berth-secrets"
    expression = "resource.name.startsWith('projects/\${data.google_project.berth.number}/secrets/${SECRET_PREFIX}')"
  }
}
`;
  return [
    bound("berth_secrets", "google_project_iam_custom_role.berth_secrets.id", "berth"),
    bound("containers_secrets", '"roles/secretmanager.secretAccessor"', "containers"),
  ].join("\n");
}

function invoker({ project, invokes }: Names): string {
  if (!invokes) return "";
  return `
# Services are private: Google lets in who may invoke them, and that is Berth's own account.
resource "google_project_iam_member" "berth_invoker" {
  project = "${project}"
  role    = "${INVOKER_ROLE}"
  member  = "serviceAccount:\${google_service_account.berth.email}"
}
`;
}

function federation(subject: TrustSubject, { project, pool, provider }: Names): string {
  return `resource "google_iam_workload_identity_pool" "berth" {
  project                   = "${project}"
  workload_identity_pool_id = "${pool}"
}

resource "google_iam_workload_identity_pool_provider" "berth" {
  project                            = "${project}"
  workload_identity_pool_id          = google_iam_workload_identity_pool.berth.workload_identity_pool_id
  workload_identity_pool_provider_id = "${provider}"
  attribute_mapping                  = { "google.subject" = "assertion.sub" }
  attribute_condition                = "${subjectCondition(subject)}"
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

// In a repository of another project Cloud Run pulls as this project's own service agent, which has no right there by itself.
function readers({ repositories, project: own }: Names): string {
  return repositories
    .flatMap(({ location, project, name }, index) => {
      const reader = (suffix: string, email: string) => `
resource "google_artifact_registry_repository_iam_member" "berth_${index}${suffix}" {
  project    = "${project}"
  location   = "${location}"
  repository = "${name}"
  role       = "roles/artifactregistry.reader"
  member     = "serviceAccount:${email}"
}
`;
      const agent =
        "service-${data.google_project.berth.number}@serverless-robot-prod.iam.gserviceaccount.com";
      return [
        reader("", "${google_service_account.berth.email}"),
        ...(project === own ? [] : [reader("_agent", agent)]),
      ];
    })
    .join("");
}
