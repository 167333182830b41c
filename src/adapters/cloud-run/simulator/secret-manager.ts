import { member, members, textIn, texts } from "../members.ts";
import { answer, bodyOf, isoTime, refusal, type SimulatedRequest, type Step } from "./reply.ts";
import type { ProjectRules, ProjectState, StoredSecret } from "./state.ts";

/** A request to Secret Manager: `rest` is the path behind `/secrets/`. */
interface SecretRequest extends SimulatedRequest {
  readonly rest: string;
}

/** One request to Secret Manager. Payloads are taken and forgotten. */
export function secretStep(
  state: ProjectState,
  request: SecretRequest,
  now: number,
  rules: ProjectRules,
): Step {
  const { method, rest } = request;
  const parent = `projects/${rules.project}/secrets`;
  if (rest === "")
    return method === "POST" ? create(state, request, parent, now) : list(state, request, parent);
  const [id = "", verb = "", number = ""] = rest.split(/[/:]/);
  const secret = state.secrets[id];
  if (secret === undefined) return refusal(state, "NOT_FOUND", `Secret [${parent}/${id}] not found.`);
  if (verb === "addVersion") return addVersion(state, id, secret, request, parent, now);
  if (verb === "testIamPermissions") return tested(state, request, rules);
  if (verb === "versions") return version(state, `${parent}/${id}`, secret, Number(number));
  if (method === "DELETE") {
    const { [id]: _gone, ...secrets } = state.secrets;
    return answer({ ...state, secrets }, {});
  }
  return answer(state, secretView(`${parent}/${id}`, secret));
}

function create(state: ProjectState, request: SecretRequest, parent: string, now: number): Step {
  const id = request.query["secretId"] ?? "";
  const body = bodyOf(request);
  if (!/^[a-zA-Z0-9_-]{1,255}$/.test(id))
    return refusal(state, "INVALID_ARGUMENT", "The secret's id is not well formed.");
  if (member(body, "replication") === undefined)
    return refusal(state, "INVALID_ARGUMENT", "A secret needs a replication policy.");
  if (state.secrets[id] !== undefined)
    return refusal(state, "ALREADY_EXISTS", `Secret [${parent}/${id}] already exists.`);
  const secret: StoredSecret = {
    labels: texts(body, "labels"),
    replication: body["replication"],
    versions: 0,
    createdAt: now,
  };
  return answer(
    { ...state, secrets: { ...state.secrets, [id]: secret } },
    secretView(`${parent}/${id}`, secret),
  );
}

function addVersion(
  state: ProjectState,
  id: string,
  secret: StoredSecret,
  request: SecretRequest,
  parent: string,
  now: number,
): Step {
  const data = textIn(member(request.body, "payload"), "data");
  // cloud.google.com/secret-manager/quotas: 64 KiB.
  if (Math.floor((data.length * 3) / 4) > 65_536 + 2)
    return refusal(state, "INVALID_ARGUMENT", "The secret payload is larger than 65536 bytes.");
  const versions = secret.versions + 1;
  const after = { ...state, secrets: { ...state.secrets, [id]: { ...secret, versions } } };
  return answer(after, {
    name: `${parent}/${id}/versions/${versions}`,
    createTime: isoTime(now),
    state: "ENABLED",
  });
}

/** Which of the permissions it is asked for its caller has. */
export function tested(state: ProjectState, { body }: SimulatedRequest, { missing }: ProjectRules): Step {
  const held = members(body, "permissions")
    .map(String)
    .filter((permission) => !missing.includes(permission));
  return answer(state, held.length === 0 ? {} : { permissions: held });
}

const PAGE_SIZE = 100;

// Only the filters that Berth sends: equality of one label.
function list(state: ProjectState, { query }: SecretRequest, parent: string): Step {
  const filter = /^labels\.([a-z-]+)=(.+)$/.exec(query["filter"] ?? "");
  const [, key = "", value = ""] = filter ?? [];
  const found = Object.entries(state.secrets).filter(
    ([, { labels }]) => filter === null || labels[key] === value,
  );
  const from = Number(query["pageToken"] ?? 0);
  const size = Number(query["pageSize"] ?? PAGE_SIZE);
  const page = found.slice(from, from + size);
  return answer(state, {
    ...(page.length === 0
      ? {}
      : { secrets: page.map(([id, secret]) => secretView(`${parent}/${id}`, secret)) }),
    ...(found.length > from + size ? { nextPageToken: String(from + size) } : {}),
    totalSize: found.length,
  });
}

function secretView(name: string, { labels, replication, createdAt }: StoredSecret): object {
  return { name, labels, replication, createTime: isoTime(createdAt) };
}

function version(state: ProjectState, name: string, secret: StoredSecret, number: number): Step {
  const { versions, createdAt } = secret;
  return number >= 1 && number <= versions
    ? answer(state, { name: `${name}/versions/${number}`, createTime: isoTime(createdAt), state: "ENABLED" })
    : refusal(state, "NOT_FOUND", `Secret Version [${name}/versions/${number}] not found.`);
}
