import { GROUP_ACTIONS } from "../../../src/adapters/aci/permissions.ts";
import { type ArmCall, armJudge } from "../../contracts/arm-judge.ts";
import { demandNone } from "../../contracts/ledger.ts";
import { entraToken, judgedTokens } from "../../contracts/token-endpoints.ts";
import { CONFIG, IDENTITY_ID } from "./world.ts";

/** A small Entra and the parts of Resource Manager that a check asks, behind a fetch. */
export interface Entra {
  readonly fetch: (url: string | URL, init?: RequestInit) => Promise<Response>;
  /** Bodies that asked for a token. */
  readonly asked: URLSearchParams[];
  readonly tokens: (string | undefined)[];
}

interface Behaviour {
  /** Assertions that are trusted. */
  readonly trusts: (assertion: string) => boolean;
  readonly actions?: readonly string[];
  readonly notActions?: readonly string[];
  readonly group?: Response;
  /** Actions on the identity of the tests. */
  readonly identity?: readonly string[];
}

const GROUP = `/subscriptions/${CONFIG.subscriptionId}/resourceGroups/${CONFIG.resourceGroup}`;

const THE_GROUP = {
  id: GROUP,
  name: CONFIG.resourceGroup,
  type: "Microsoft.Resources/resourceGroups",
  location: "westeurope",
  properties: { provisioningState: "Succeeded" },
};

/** Entra as the app is set up: it gives a token for what it trusts and AADSTS700213 for everything else. */
export function entra({
  trusts,
  actions = GROUP_ACTIONS,
  notActions = [],
  group,
  identity = [],
}: Behaviour): Entra {
  const asked: URLSearchParams[] = [];
  const tokens: (string | undefined)[] = [];
  const half = Math.ceil(actions.length / 2);
  const token = judgedTokens("entra", (form) => {
    asked.push(form);
    const proof = form.get("client_assertion") ?? form.get("client_secret") ?? "";
    return trusts(proof) ? entraToken(`token for ${proof}`) : refused();
  });
  // Two pages, as Azure may give them.
  const pageOf = (origin: string, query: URLSearchParams) => {
    if (query.has("$skiptoken")) return { value: [{ actions: actions.slice(half), notActions }] };
    const next = `${origin}${GROUP}/providers/Microsoft.Authorization/permissions?api-version=2022-04-01&$skiptoken=2`;
    return { value: [{ actions: actions.slice(0, half), notActions }], nextLink: next };
  };
  return {
    asked,
    tokens,
    async fetch(url, init) {
      const { origin, pathname, searchParams } = new URL(url);
      if (pathname === `/${CONFIG.tenantId}/oauth2/v2.0/token`) return await token(url, init);
      tokens.push(new Headers(init?.headers).get("authorization") ?? undefined);
      const request = {
        method: init?.method ?? "GET",
        path: pathname,
        query: Object.fromEntries(searchParams),
      };
      if (pathname === GROUP) return await readGroup(request, group ?? Response.json(THE_GROUP));
      const judge = armJudge("authorization");
      demandNone(judge.request(request), "Azure");
      const body = pathname.startsWith(`${IDENTITY_ID}/`)
        ? { value: [{ actions: identity }] }
        : pageOf(origin, searchParams);
      demandNone(judge.reply(request, { status: 200, body }), "Azure");
      return Response.json(body);
    },
  };
}

async function readGroup(request: ArmCall, answer: Response): Promise<Response> {
  const judge = armJudge("resourceGroup");
  demandNone(judge.request(request), "Azure");
  const { status } = answer;
  // A redirect is what something in between answers, and no part of the contract.
  if (status < 300 || status >= 400)
    demandNone(judge.reply(request, { status, body: await answer.clone().json() }), "Azure");
  return answer.clone();
}

function refused(): Response {
  const error_description =
    "AADSTS700213: No matching federated identity record found for presented assertion subject.\r\nTrace ID: 1";
  const trace = { timestamp: "2026-11-22 12:00:00Z", trace_id: "1", correlation_id: "2" };
  return Response.json(
    { error: "invalid_client", error_description, error_codes: [700_213], ...trace },
    { status: 401 },
  );
}
