import type { AciOperation, AciSimRules } from "./rules.ts";
import { type AciReply, refusal } from "./refusal.ts";

/** One call of the API, as it is on the wire. */
export interface AciRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What a request asks for; `group` and `container` where its path names them. */
export interface Asked {
  readonly operation: AciOperation;
  readonly group: string;
  readonly container: string;
  readonly region: string;
}

const PROVIDER = "/providers/Microsoft.ContainerInstance";
const ROUTES: readonly (readonly [method: string, pattern: RegExp, operation: AciOperation])[] = [
  ["GET", /^\/containerGroups$/, "list"],
  ["GET", /^\/containerGroups\/(?<group>[^/]+)$/, "get"],
  ["PUT", /^\/containerGroups\/(?<group>[^/]+)$/, "put"],
  ["PATCH", /^\/containerGroups\/(?<group>[^/]+)$/, "patch"],
  ["DELETE", /^\/containerGroups\/(?<group>[^/]+)$/, "delete"],
  ["GET", /^\/containerGroups\/(?<group>[^/]+)\/containers\/(?<container>[^/]+)\/logs$/, "logs"],
  ["GET", /^\/locations\/(?<region>[^/]+)\/usages$/, "usages"],
];

/** Reads a request's path, or says why there is no such thing here. */
export function askedBy({ method, path, query }: AciRequest, rules: AciSimRules): Asked | AciReply {
  if (query["api-version"] === undefined)
    return refusal(400, "MissingApiVersionParameter", "The api-version query parameter is required.");
  const [, subscription = "", group, rest = ""] =
    /^\/subscriptions\/([^/]+)(?:\/resourceGroups\/([^/]+))?(\/providers\/.*)$/i.exec(path) ?? [];
  if (subscription !== rules.subscriptionId)
    return refusal(404, "SubscriptionNotFound", `The subscription ${subscription} could not be found.`);
  const found = ROUTES.flatMap(([verb, pattern, operation]) => {
    const match =
      verb === method && rest.startsWith(PROVIDER) ? pattern.exec(rest.slice(PROVIDER.length)) : null;
    return match === null ? [] : [{ operation, parts: match.groups ?? {} }];
  })[0];
  if (found === undefined) return refusal(404, "InvalidResourceType", `There is no ${method} ${path}.`);
  if ((found.operation === "usages") !== (group === undefined))
    return refusal(404, "InvalidResourceType", `There is no ${method} ${path}.`);
  if (group !== undefined && group !== rules.resourceGroup)
    return refusal(404, "ResourceGroupNotFound", `Resource group '${group}' could not be found.`);
  const { group: name = "", container = "", region = "" } = found.parts;
  return { operation: found.operation, group: name, container, region };
}
