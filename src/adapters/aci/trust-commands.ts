import type { AciConfig } from "./config.ts";
import type { Trust } from "./trust.ts";

/** The set-up as commands of Azure's own CLI, which may be run again after a change. */
export function trustCommands(
  { tenantId, subscriptionId, cloud }: Pick<AciConfig, "tenantId" | "subscriptionId" | "cloud">,
  { app, federated, roles }: Trust,
): string {
  return [
    "# One app for this target alone: an app takes 20 federated credentials, and each target has rights of its own.",
    ...cloudOf(cloud),
    `az login --tenant ${quoted(tenantId)}`,
    `az account set --subscription ${quoted(subscriptionId)}`,
    "az provider register --namespace Microsoft.ContainerInstance --wait",
    "# An app of this name is taken up again; its name has the target's id, so it is no other's.",
    `APP_ID=$(az ad app create --display-name ${quoted(app)} --query appId --output tsv)`,
    'OBJECT_ID=$(az ad sp show --id "$APP_ID" --query id --output tsv || az ad sp create --id "$APP_ID" --query id --output tsv)',
    eitherOf(
      `az ad app federated-credential create --id "$APP_ID" --parameters ${compact(federated)}`,
      `az ad app federated-credential update --id "$APP_ID" --federated-credential-id ${quoted(federated.name)} --parameters ${compact(federated)}`,
    ),
    ...roles.flatMap(({ definition, assignedAt }) => [
      eitherOf(
        `az role definition create --role-definition ${compact(definition)}`,
        `az role definition update --role-definition ${compact(definition)}`,
      ),
      ...assignedAt.map(
        (scope) =>
          `az role assignment create --assignee-object-id "$OBJECT_ID" --assignee-principal-type ServicePrincipal --role ${quoted(definition.Name)} --scope ${quoted(scope)}`,
      ),
    ]),
    'echo "clientId of the target: $APP_ID"',
    "",
  ].join("\n");
}

// Azure's own command line begins in the commercial cloud, and stays in the one it was last set to.
function cloudOf({ id, name, portalUrl }: AciConfig["cloud"]): readonly string[] {
  if (id === "AzureCloud") return [];
  return [
    `# ${name} (${portalUrl}); \`az cloud set --name AzureCloud\` goes back.`,
    `az cloud set --name ${quoted(id)}`,
  ];
}

const eitherOf = (create: string, update: string): string => `${create} ||\n  ${update}`;
// Everything put in is a UUID, a URL or a name by our own grammar; a quote could still be in a URL.
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const compact = (value: unknown): string => quoted(JSON.stringify(value));
