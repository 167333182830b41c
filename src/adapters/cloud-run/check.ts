import { AdapterError } from "../../domain/fault.ts";
import type { CheckLine } from "../../domain/trust.ts";
import type { Target } from "../../store/instance.ts";
import type { Call } from "../adapter.ts";
import type { CloudPorts } from "../cloud-ports.ts";
import type { CloudRunApi, RestRequest } from "./api.ts";
import type { CloudRunConfig } from "./config.ts";
import { tokenKeyless } from "./credentials.ts";
import { member, members, textIn } from "./members.ts";
import { actAsLines, repositoryLines, secretPermissionLines } from "./check-resources.ts";
import { identityLines } from "./check-identity.ts";
import { asLine, grantLines } from "./check-line.ts";
import { INVOKE_PERMISSION, INVOKER_ROLE, projectPermissions } from "./rights.ts";

/** Proves what the target's credentials may do. Nothing is created: permissions are asked for, lists are read, tokens are exchanged. */
export async function checkTarget(
  target: Target,
  config: CloudRunConfig,
  ports: CloudPorts,
  api: CloudRunApi,
  call: Call,
): Promise<readonly CheckLine[]> {
  const parts = [
    await permissionLines(config, api, call),
    await secretPermissionLines(config, ports, api, call),
    await repositoryLines(config, api, call),
    await regionLines(config, api, call),
    await identityLines(target, config, ports, call),
    [await wrongSubjectLine(target, config, ports, call)],
    await actAsLines(config, api, call),
    await quotaLines(config, api, call),
  ];
  return parts.flat();
}

// cloudresourcemanager takes a hundred permissions a request; Berth's are fewer.
async function permissionLines(config: CloudRunConfig, api: CloudRunApi, call: Call) {
  const own = projectPermissions(config);
  const invoke = config.invoker === "private" ? [INVOKE_PERMISSION] : [];
  const request: RestRequest = {
    service: "resourceManager",
    method: "POST",
    path: `/v3/projects/${config.projectId}:testIamPermissions`,
    body: { permissions: [...own, ...invoke] },
    repeatable: true,
  };
  return await asLine("permissions", async () => {
    const answer = await api.rest(request, call);
    return [...grantLines(own, answer, NOT_IN_ROLE), ...grantLines(invoke, answer, NO_INVOKER)];
  });
}

const NOT_IN_ROLE =
  "Berth does not have it in the project: grant the custom role that `berth target add gcp` prints.";
const NO_INVOKER = `Berth may not call the services it makes, which are private: grant ${INVOKER_ROLE} in the project, as \`berth target add gcp\` prints it.`;

async function regionLines(
  config: CloudRunConfig,
  api: CloudRunApi,
  call: Call,
): Promise<readonly CheckLine[]> {
  const lines: CheckLine[] = [];
  for (const region of config.regions) {
    const name = `Cloud Run in ${region}`;
    const line = await asLine(name, async () => {
      await api.run.list("services", region, undefined, call);
      return [{ name, verdict: "ok", message: "Its services can be listed." }];
    });
    lines.push(...line);
  }
  return lines;
}

// A token for another subject of the same issuer: Google must not let it in.
async function wrongSubjectLine(
  target: Target,
  config: CloudRunConfig,
  ports: CloudPorts,
  call: Call,
): Promise<CheckLine> {
  const name = "another subject";
  if (config.credentials.by === "key")
    return {
      name,
      verdict: "cannot be proved",
      message: "The target uses a service account's key, which says nothing of who holds it: go keyless.",
    };
  // Where Berth itself is not let in, that another is refused proves nothing.
  const own = await refusalOf(() => tokenKeyless(target, config, ports, call));
  if (own !== undefined) return { name, verdict: "cannot be proved", message: own.message };
  const another = await refusalOf(() =>
    tokenKeyless({ ...target, id: `${target.id}-another` }, config, ports, call),
  );
  if (another !== undefined)
    return another.kind === "denied"
      ? { name, verdict: "ok", message: "Google refuses a token that stands for another target." }
      : { name, verdict: "cannot be proved", message: another.message };
  return {
    name,
    verdict: "refused",
    message:
      "Google lets any target of this issuer in: set the provider's attribute condition to this target's subject, as `berth target add gcp` prints it.",
  };
}

async function refusalOf(ask: () => Promise<unknown>): Promise<AdapterError | undefined> {
  try {
    await ask();
    return undefined;
  } catch (error) {
    if (error instanceof AdapterError) return error;
    throw error;
  }
}

async function quotaLines(
  config: CloudRunConfig,
  api: CloudRunApi,
  call: Call,
): Promise<readonly CheckLine[]> {
  const name = "quota";
  const path = `/v1/projects/${config.projectId}/services/run.googleapis.com`;
  const request = { service: "serviceUsage", method: "GET", path, repeatable: true } as const;
  return await asLine(name, async () => {
    const answer = await api.rest(request, call);
    if (textIn(answer, "state") !== "ENABLED")
      return [
        { name, verdict: "refused", message: "run.googleapis.com is not enabled: enable it in the project." },
      ];
    const limits = members(member(member(answer, "config"), "quota"), "limits");
    const said = limits.map((limit) => {
      const values = Object.entries(member(limit, "values") ?? {});
      return `${textIn(limit, "displayName") || textIn(limit, "name")}: ${values.map(([where, value]) => `${where} ${String(value)}`).join(", ")}`;
    });
    return said.length > 0
      ? [{ name, verdict: "ok", message: `${said.join("; ")}.` }]
      : [{ name, verdict: "cannot be proved", message: PUBLISHED }];
  });
}

// cloud.google.com/run/quotas
const PUBLISHED =
  "Google does not tell this project's limits here. Published: 1,000 services a region, 60 writes a minute and region, 100 instances a service.";
