import { AdapterError } from "../../domain/fault.ts";
import type { Refusal } from "../../domain/feature.ts";
import { parseImage } from "../../domain/image.ts";
import type { Unit } from "../../domain/plan.ts";
import type { Call } from "../adapter.ts";
import type { CloudPorts, Tenant } from "../cloud-ports.ts";
import type { Bench } from "./bench.ts";
import type { CloudRunConfig } from "./config.ts";

/**
 * The one registry that Cloud Run pulls from as nobody: with Artifact Registry and Container Registry it shows its service agent's own
 * identity (cloud.google.com/run/docs/deploying, "Supported container registries and images").
 */
const ANONYMOUS = "docker.io";

/** Why an image of a registry that a project keeps a login for is not placed here: Cloud Run would pull it without. */
export async function loginRefusals(
  { config, logins }: { readonly config: CloudRunConfig; readonly logins: CloudPorts["registries"] },
  tenant: Tenant,
  registries: readonly string[],
  call: Call,
): Promise<readonly Refusal[]> {
  const isPulledAsNobody =
    registries.includes(ANONYMOUS) && !Object.hasOwn(config.remoteRepositories, ANONYMOUS);
  if (!isPulledAsNobody || (await logins(tenant, ANONYMOUS, call)) === undefined) return [];
  return [{ rule: "image-registry", message: UNUSED, pointer: "/image" }];
}

/** The same for a unit that is about to be made. Throws `AdapterError` "invalid". */
export async function refuseUnusedLogins(bench: Bench, unit: Unit, call: Call): Promise<void> {
  const { template, project, environment } = unit;
  const registries = [template, ...template.sidecars].map(({ image }) => registryOf(image));
  const [refusal] = await loginRefusals(bench, { project, environment }, registries, call);
  if (refusal !== undefined) throw new AdapterError("invalid", `${refusal.message}.`);
}

const UNUSED = `Cloud Run pulls from ${ANONYMOUS} without a login and this project keeps one: make an Artifact Registry remote repository for ${ANONYMOUS} that holds it and name it in the target's remoteRepositories, or delete the login where its images are public`;

function registryOf(image: string): string {
  const parsed = parseImage(image);
  return typeof parsed === "string" ? "" : parsed.registry;
}
