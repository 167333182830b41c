import type { AciConfig } from "./config.ts";
import type { Trust, TrustRole } from "./trust.ts";

/** The same set-up as Terraform, for the azuread and azurerm providers. */
export function trustTerraform(config: TrustedConfig, { app, federated, roles }: Trust): string {
  return [
    ...providersOf(config),
    'resource "azuread_application" "berth" {',
    `  display_name = ${text(app)}`,
    "}",
    "",
    'resource "azuread_service_principal" "berth" {',
    "  client_id = azuread_application.berth.client_id",
    "}",
    "",
    'resource "azuread_application_federated_identity_credential" "berth" {',
    "  application_id = azuread_application.berth.id",
    `  display_name   = ${text(federated.name)}`,
    `  issuer         = ${text(federated.issuer)}`,
    `  subject        = ${text(federated.subject)}`,
    `  audiences      = ${text(federated.audiences)}`,
    "}",
    "",
    ...roles.flatMap(roleBlocks),
    'output "berth_client_id" {',
    "  value = azuread_application.berth.client_id",
    "}",
    "",
  ].join("\n");
}

type TrustedConfig = Pick<AciConfig, "tenantId" | "subscriptionId" | "cloud">;

// Both providers take the commercial cloud unless told, where nothing of another cloud is to be found.
function providersOf({ tenantId, subscriptionId, cloud }: TrustedConfig): readonly string[] {
  const { id, name, terraform, portalUrl } = cloud;
  if (id === "AzureCloud") return [];
  return [
    `# ${name} (${portalUrl}); leave these out where your own provider blocks say the same.`,
    'provider "azuread" {',
    `  environment = ${text(terraform)}`,
    `  tenant_id   = ${text(tenantId)}`,
    "}",
    "",
    'provider "azurerm" {',
    `  environment     = ${text(terraform)}`,
    `  tenant_id       = ${text(tenantId)}`,
    `  subscription_id = ${text(subscriptionId)}`,
    "  features {}",
    "}",
    "",
  ];
}

function roleBlocks({ label, definition, assignedAt }: TrustRole): readonly string[] {
  const { Name, Description, Actions, AssignableScopes } = definition;
  return [
    `resource "azurerm_role_definition" "berth_${label}" {`,
    `  name              = ${text(Name)}`,
    `  description       = ${text(Description)}`,
    `  scope             = ${text(AssignableScopes[0])}`,
    `  assignable_scopes = ${text(AssignableScopes)}`,
    "  permissions {",
    `    actions = ${text(Actions)}`,
    "  }",
    "}",
    "",
    ...assignedAt.flatMap((scope, index) => [
      `resource "azurerm_role_assignment" "berth_${label}${index === 0 ? "" : `_${index + 1}`}" {`,
      `  scope              = ${text(scope)}`,
      `  role_definition_id = azurerm_role_definition.berth_${label}.role_definition_resource_id`,
      "  principal_id       = azuread_service_principal.berth.object_id",
      '  principal_type     = "ServicePrincipal"',
      "}",
      "",
    ]),
  ];
}

// JSON strings are Terraform strings, but for its two templates.
const text = (value: unknown): string =>
  JSON.stringify(value).replaceAll("${", "$${").replaceAll("%{", "%%{");
