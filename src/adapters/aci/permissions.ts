import type { TrustRole } from "./trust.ts";
import type { TrustDocument, TrustSubject } from "../../domain/trust.ts";
import type { Target } from "../../store/instance.ts";
import type { AciConfig } from "./config.ts";
import { trustCommands } from "./trust-commands.ts";
import { trustTerraform } from "./trust-terraform.ts";

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

/**
 * What a group that runs as somebody's identity takes besides, on that identity and nowhere else (Microsoft, "Azure permissions for
 * Identity"); the second proves the first.
 */
export const IDENTITY_ACTIONS = [
  "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
  "Microsoft.Authorization/permissions/read",
] as const;

/** What an owner of the subscription has to set up, three ways: read the roles, run the commands, or apply the Terraform. */
export function trustDocuments(
  { name, id }: Pick<Target, "name" | "id">,
  config: AciConfig,
  { issuer, subject }: TrustSubject,
): readonly TrustDocument[] {
  const federated = { name: `berth-${name}`, issuer, subject, audiences: [config.cloud.audience] };
  // Names can be given again to another target; its id cannot, and both app and roles are found by their names.
  const trust = { app: `berth-${name}-${id}`, federated, roles: rolesOf(`Berth ${name} ${id}`, config) };
  return [
    ...trust.roles.map(({ label, definition }) => ({
      title: TITLES[label],
      format: "json" as const,
      text: json(definition),
    })),
    { title: "Federated credential of the app", format: "json", text: json(federated) },
    { title: "Commands", format: "shell", text: trustCommands(config, trust) },
    { title: "Terraform", format: "terraform", text: trustTerraform(config, trust) },
  ];
}

const TITLES: Readonly<Record<TrustRole["label"], string>> = {
  groups: "Role in the resource group",
  quotas: "Role in the subscription (quotas only)",
  identities: "Role on the identities that groups may run as",
};

function rolesOf(
  name: string,
  { subscriptionId, resourceGroup, userAssignedIdentities }: AciConfig,
): readonly TrustRole[] {
  const subscription = `/subscriptions/${subscriptionId}`;
  const group = `${subscription}/resourceGroups/${resourceGroup}`;
  const role = (
    label: TrustRole["label"],
    Description: string,
    Actions: readonly string[],
    assignedAt: readonly string[],
    AssignableScopes = assignedAt,
  ): TrustRole => ({
    label,
    definition: { Name: `${name} ${label}`, Description, Actions, AssignableScopes },
    assignedAt,
  });
  const roles = [
    role("groups", "Container groups of Berth in one resource group.", GROUP_ACTIONS, [group]),
    role("quotas", "Quotas of Container Instances, to read.", SUBSCRIPTION_ACTIONS, [subscription]),
  ];
  if (userAssignedIdentities.length === 0) return roles;
  // A role is defined for resource groups; it is given on each identity alone.
  const theirGroups = [...new Set(userAssignedIdentities.map((one) => one.split("/").slice(0, 5).join("/")))];
  const text = "Identities that container groups of Berth may run as.";
  return [...roles, role("identities", text, IDENTITY_ACTIONS, userAssignedIdentities, theirGroups)];
}

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
