import { AdapterError } from "../../domain/fault.ts";
import type { CheckLine } from "../../domain/trust.ts";
import type { Target } from "../../store/instance.ts";
import type { Call } from "../adapter.ts";
import type { CloudPorts } from "../cloud-ports.ts";
import type { AciApi } from "./api.ts";
import { classified } from "./classify.ts";
import type { AciConfig } from "./config.ts";
import { exchange, federatedProof, refuseRedirect } from "./credentials.ts";
import { inTurns } from "../in-turns.ts";
import { GROUP_ACTIONS, IDENTITY_ACTIONS } from "./permissions.ts";

interface Checked {
  readonly target: Target;
  readonly config: AciConfig;
  readonly ports: CloudPorts;
  readonly token: (call: Call) => Promise<string>;
  readonly api: AciApi;
}

/** Versions of ARM's own operations that are asked besides Container Instances. */
const RESOURCES_VERSION = "2021-04-01";
const AUTHORIZATION_VERSION = "2022-04-01";
/** Pages of permissions read at most; a principal has few roles. */
const MOST_PAGES = 10;

/** Proves what the target's app may do, and reads its quotas. Reads only. */
export async function checkTarget(checked: Checked, call: Call): Promise<readonly CheckLine[]> {
  const token = await line("token", async () => {
    await checked.token(call);
    return checked.config.credentials === undefined
      ? "Entra trusts Berth's issuer for this target; no key is kept."
      : `Entra took the client secret kept as ${checked.config.credentials.secret}. A federated credential would need no key.`;
  });
  const trust = await wrongSubject(checked, call);
  if (token.verdict !== "ok") return [token, trust];
  const group = await line("resource group", async () => {
    const { location } = await read(checked, "", RESOURCES_VERSION, call);
    return `${checked.config.resourceGroup} is there${typeof location === "string" ? `, in ${location}` : ""}.`;
  });
  return [
    token,
    trust,
    group,
    ...(await permissionLines(checked, call)),
    ...(await identityLines(checked, call)),
    ...(await quotaLines(checked, call)),
  ];
}

// Another target's statement must not open this one: that is what keeps tenants apart.
async function wrongSubject({ target, config, ports }: Checked, call: Call): Promise<CheckLine> {
  const name = "wrong subject";
  if (config.credentials !== undefined)
    return {
      name,
      verdict: "cannot be proved",
      message: "A client secret has no subject that could be wrong.",
    };
  try {
    const other = { ...target, id: `${target.id}-other` };
    const proof = federatedProof(await ports.assertion(other, config.cloud.audience, call));
    await exchange(config, ports, proof, call);
  } catch (error) {
    if (error instanceof AdapterError && error.kind === "denied")
      return { name, verdict: "ok", message: "Entra refuses Berth's statement for another target." };
    return { name, verdict: "cannot be proved", message: messageOf(error) };
  }
  return {
    name,
    verdict: "refused",
    message:
      "Entra gave a token for another target's subject: remove all federated credentials of this app but its own.",
  };
}

async function permissionLines(checked: Checked, call: Call): Promise<readonly CheckLine[]> {
  const { resourceGroup } = checked.config;
  const nameOf = (action: string): string => action;
  return await rightLines(
    checked,
    { actions: GROUP_ACTIONS, scope: "", where: `in ${resourceGroup}`, nameOf },
    call,
  );
}

// On each identity by itself: the right to use one says nothing of another.
async function identityLines(checked: Checked, call: Call): Promise<readonly CheckLine[]> {
  const { userAssignedIdentities, endpoints } = checked.config;
  const [assign] = IDENTITY_ACTIONS;
  const lines = await inTurns(userAssignedIdentities, async (id) => {
    const name = id.slice(id.lastIndexOf("/") + 1);
    const scope = `${endpoints.resourceManager}${id}`;
    const where = `on the identity ${name}, which the target names`;
    return await rightLines(
      checked,
      { actions: [assign], scope, where, nameOf: () => `identity ${name}` },
      call,
    );
  });
  return lines.flat();
}

interface Proof {
  readonly actions: readonly string[];
  /** A URL; the resource group where it is empty. */
  readonly scope: string;
  readonly where: string;
  readonly nameOf: (action: string) => string;
}

async function rightLines(
  checked: Checked,
  { actions, scope, where, nameOf }: Proof,
  call: Call,
): Promise<readonly CheckLine[]> {
  try {
    const rights: Rights[] = [];
    const query = scope === "" ? "" : `?api-version=${AUTHORIZATION_VERSION}`;
    let next: string | undefined = `${scope}/providers/Microsoft.Authorization/permissions${query}`;
    for (let page = 0; next !== undefined && page < MOST_PAGES; page += 1) {
      const body: Readonly<Record<string, unknown>> = await read(checked, next, AUTHORIZATION_VERSION, call);
      rights.push(...listIn(body["value"]).map(rightsOf));
      next = typeof body["nextLink"] === "string" ? body["nextLink"] : undefined;
    }
    return actions.map((action) =>
      rights.some((right) => allows(right, action))
        ? { name: nameOf(action), verdict: "ok", message: "The app may." }
        : {
            name: nameOf(action),
            verdict: "refused",
            message: `The app may not: assign it the role of \`berth target trust\` ${where}.`,
          },
    );
  } catch (error) {
    return actions.map((action) => ({
      name: nameOf(action),
      verdict: "cannot be proved",
      message: messageOf(error),
    }));
  }
}

async function quotaLines({ api, config }: Checked, call: Call): Promise<readonly CheckLine[]> {
  const lines: CheckLine[] = [];
  for (const region of config.regions)
    lines.push(
      await line(`quota ${region}`, async () => {
        const usages = await api.usages(region, call);
        const told = usages.map(
          ({ name, currentValue, limit }) =>
            `${name?.value ?? "?"} ${currentValue ?? "?"} of ${limit ?? "?"}`,
        );
        return told.length === 0 ? "Azure names no quota here." : `${told.join(", ")}.`;
      }),
    );
  return lines;
}

async function line(name: string, prove: () => Promise<string>): Promise<CheckLine> {
  try {
    return { name, verdict: "ok", message: await prove() };
  } catch (error) {
    const refused = error instanceof AdapterError && (error.kind === "denied" || error.kind === "invalid");
    return { name, verdict: refused ? "refused" : "cannot be proved", message: messageOf(error) };
  }
}

interface Rights {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
}

function allows({ actions, notActions }: Rights, action: string): boolean {
  const covers = (pattern: string): boolean => {
    const parts = pattern.split("*").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
    return new RegExp(`^${parts.join(".*")}$`, "i").test(action);
  };
  return actions.some(covers) && !notActions.some(covers);
}

function rightsOf(entry: unknown): Rights {
  const { actions, notActions } = Object.fromEntries(Object.entries(entry ?? {}));
  return { actions: listIn(actions).map(String), notActions: listIn(notActions).map(String) };
}

/** One GET below the resource group, or of a next page of it. */
async function read(
  { config, ports, token }: Checked,
  path: string,
  version: string,
  call: Call,
): Promise<Readonly<Record<string, unknown>>> {
  const { endpoints, subscriptionId, resourceGroup } = config;
  const base = `${endpoints.resourceManager}/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
  // A token goes to the endpoint it is for and nowhere else.
  const url = path.startsWith(`${endpoints.resourceManager}/`)
    ? path
    : `${base}${path}?api-version=${version}`;
  const headers = { authorization: `Bearer ${await token(call)}`, accept: "application/json" };
  const response = await ports
    .fetch(url, { headers, redirect: "manual", signal: call.signal })
    .catch((error: unknown) => {
      throw new AdapterError("unavailable", `Azure could not be reached: ${messageOf(error)}`, {
        cause: error,
      });
    });
  refuseRedirect(response, url);
  const body: unknown = await response.json().catch(() => ({}));
  const fields = Object.fromEntries(Object.entries(body ?? {}));
  if (response.ok) return fields;
  const { code = "", message = "" } = Object.fromEntries(Object.entries(fields["error"] ?? {}));
  throw classified({
    status: response.status,
    code: String(code),
    message: String(message),
    retryAfterMs: undefined,
  });
}

const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
