import type { TrustDocument, TrustSubject } from "../../domain/trust.ts";
import type { AciConfig } from "./config.ts";
import { AZURE_AUDIENCE } from "./credentials.ts";

/** What Berth does in the resource group, and no more (Microsoft, "Azure permissions for Containers"). */
export const GROUP_ACTIONS = [
  "Microsoft.ContainerInstance/containerGroups/read",
  "Microsoft.ContainerInstance/containerGroups/write",
  "Microsoft.ContainerInstance/containerGroups/delete",
  "Microsoft.ContainerInstance/containerGroups/containers/logs/read",
  "Microsoft.Resources/subscriptions/resourceGroups/read",
  "Microsoft.Authorization/permissions/read",
] as const;
/** Quotas belong to the subscription, so this right is given there. */
export const SUBSCRIPTION_ACTIONS = ["Microsoft.ContainerInstance/locations/usages/read"] as const;

/** What an owner of the subscription has to set up, three ways: read the roles, run the commands, or apply the Terraform. */
export function trustDocuments(
  name: string,
  config: AciConfig,
  { issuer, subject }: TrustSubject,
): readonly TrustDocument[] {
  const { subscriptionId, resourceGroup } = config;
  const subscription = `/subscriptions/${subscriptionId}`;
  const group = `${subscription}/resourceGroups/${resourceGroup}`;
  const roles = [
    role(`Berth ${name} groups`, "Container groups of Berth in one resource group.", GROUP_ACTIONS, group),
    role(
      `Berth ${name} quotas`,
      "Quotas of Container Instances, to read.",
      SUBSCRIPTION_ACTIONS,
      subscription,
    ),
  ] as const;
  const federated = { name: `berth-${name}`, issuer, subject, audiences: [AZURE_AUDIENCE] };
  return [
    { title: "Role in the resource group", format: "json", text: json(roles[0]) },
    { title: "Role in the subscription (quotas only)", format: "json", text: json(roles[1]) },
    { title: "Federated credential of the app", format: "json", text: json(federated) },
    {
      title: "Commands",
      format: "shell",
      text: commands(name, config, roles, federated, { subscription, group }),
    },
    {
      title: "Terraform",
      format: "terraform",
      text: terraform(name, roles, federated, { subscription, group }),
    },
  ];
}

interface Role {
  readonly Name: string;
  readonly Description: string;
  readonly Actions: readonly string[];
  readonly AssignableScopes: readonly string[];
}
type Roles = readonly [Role, Role];
type Scopes = { readonly subscription: string; readonly group: string };
interface Federated {
  readonly name: string;
  readonly issuer: string;
  readonly subject: string;
  readonly audiences: readonly string[];
}

const role = (Name: string, Description: string, Actions: readonly string[], scope: string): Role => ({
  Name,
  Description,
  Actions,
  AssignableScopes: [scope],
});
const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
// Everything put in is a UUID, a URL or a name by our own grammar; a quote could still be in a URL.
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const compact = (value: unknown): string => quoted(JSON.stringify(value));

function commands(
  name: string,
  { tenantId, subscriptionId }: AciConfig,
  roles: Roles,
  federated: Federated,
  { subscription, group }: Scopes,
): string {
  return [
    "# One app for this target alone: an app takes 20 federated credentials, and each target has rights of its own.",
    `az login --tenant ${quoted(tenantId)}`,
    `az account set --subscription ${quoted(subscriptionId)}`,
    "az provider register --namespace Microsoft.ContainerInstance --wait",
    `APP_ID=$(az ad app create --display-name ${quoted(`berth-${name}`)} --query appId --output tsv)`,
    'az ad sp create --id "$APP_ID"',
    `az ad app federated-credential create --id "$APP_ID" --parameters ${compact(federated)}`,
    `az role definition create --role-definition ${compact(roles[0])}`,
    `az role definition create --role-definition ${compact(roles[1])}`,
    `az role assignment create --assignee "$APP_ID" --role ${quoted(roles[0].Name)} --scope ${quoted(group)}`,
    `az role assignment create --assignee "$APP_ID" --role ${quoted(roles[1].Name)} --scope ${quoted(subscription)}`,
    'echo "clientId of the target: $APP_ID"',
    "",
  ].join("\n");
}

function terraform(
  name: string,
  roles: Roles,
  federated: Federated,
  { subscription, group }: Scopes,
): string {
  // JSON strings are Terraform strings, but for its two templates.
  const text = (value: unknown): string =>
    JSON.stringify(value).replaceAll("${", "$${").replaceAll("%{", "%%{");
  const roleBlocks = (
    label: string,
    { Name, Description, Actions }: Role,
    scope: string,
  ): readonly string[] => [
    `resource "azurerm_role_definition" "berth_${label}" {`,
    `  name              = ${text(Name)}`,
    `  description       = ${text(Description)}`,
    `  scope             = ${text(scope)}`,
    `  assignable_scopes = [${text(scope)}]`,
    "  permissions {",
    `    actions = ${text(Actions)}`,
    "  }",
    "}",
    "",
    `resource "azurerm_role_assignment" "berth_${label}" {`,
    `  scope              = ${text(scope)}`,
    `  role_definition_id = azurerm_role_definition.berth_${label}.role_definition_resource_id`,
    "  principal_id       = azuread_service_principal.berth.object_id",
    "}",
    "",
  ];
  return [
    'resource "azuread_application" "berth" {',
    `  display_name = ${text(`berth-${name}`)}`,
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
    ...roleBlocks("groups", roles[0], group),
    ...roleBlocks("quotas", roles[1], subscription),
    'output "berth_client_id" {',
    "  value = azuread_application.berth.client_id",
    "}",
    "",
  ].join("\n");
}
