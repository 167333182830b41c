import { member, textIn } from "../members.ts";
import { DOWNLOAD, isReadable } from "./images.ts";
import { answer, isoTime, refusal, type SimulatedRequest, type Step } from "./reply.ts";
import { tested } from "./secret-manager.ts";
import type { ProjectRules, ProjectState } from "./state.ts";

/** The life of every token it gives, seconds. */
const LIFE_SECONDS = 3_600;

/** Requests about the account itself: tokens, permissions, which APIs are on. */
export function accountStep(
  state: ProjectState,
  request: SimulatedRequest,
  now: number,
  rules: ProjectRules,
): Step {
  const { path } = request;
  if (path === "/v1/token") return exchange(state, request, rules);
  if (path.endsWith(":generateAccessToken"))
    return answer(state, { accessToken: `token-${now}`, expireTime: isoTime(now + LIFE_SECONDS * 1_000) });
  if (path.endsWith(":generateIdToken")) return identityToken(state, request, now, rules);
  // A grant under a condition on a resource's name is none for the project.
  if (path === `/v3/projects/${rules.project}:testIamPermissions`)
    return tested(state, request, { ...rules, missing: [...rules.missing, ...UNDER_CONDITION] });
  const repository = REPOSITORY.exec(path);
  if (repository !== null) {
    const [, project, location, name] = repository;
    const readable = isReadable(`${location}-docker.pkg.dev/${project}/${name}`, rules);
    return tested(state, request, readable ? rules : { ...rules, missing: [DOWNLOAD] });
  }
  if (ACCOUNT.test(path)) return tested(state, request, rules);
  if (path === `/v1/projects/${rules.project}/services/run.googleapis.com`)
    return answer(state, { name: `projects/417/services/run.googleapis.com`, state: "ENABLED" });
  return refusal(state, "NOT_FOUND", `The simulation has no ${path}.`);
}

const REPOSITORY = /^\/v1\/projects\/([^/]+)\/locations\/([^/]+)\/repositories\/([^/]+):testIamPermissions$/;
const ACCOUNT = /^\/v1\/projects\/[^/]+\/serviceAccounts\/[^/]+:testIamPermissions$/;
/** What the trust documents bind for secrets of Berth alone. */
const UNDER_CONDITION = ["delete", "get"].map((verb) => `secretmanager.secrets.${verb}`);

// Signed by nobody: the simulation has no services that would look.
function identityToken(
  state: ProjectState,
  { path, body }: SimulatedRequest,
  now: number,
  { missing }: ProjectRules,
): Step {
  if (missing.includes(OPEN_ID))
    return refusal(
      state,
      "PERMISSION_DENIED",
      `Permission '${OPEN_ID}' denied on resource (or it may not exist).`,
    );
  const [email = ""] = /[^/]+(?=:generateIdToken$)/.exec(path) ?? [];
  const who = member(body, "includeEmail") === true ? { email, email_verified: true } : {};
  const issuedAt = Math.floor(now / 1_000);
  const claims = {
    iss: "https://accounts.google.com",
    aud: textIn(body, "audience"),
    iat: issuedAt,
    exp: issuedAt + LIFE_SECONDS,
    ...who,
  };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return answer(state, { token: `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}.simulated` });
}

const OPEN_ID = "iam.serviceAccounts.getOpenIdToken";

// The provider's attribute condition: another subject gets no token (RFC 6749, 5.2).
function exchange(state: ProjectState, { body }: SimulatedRequest, { subject }: ProjectRules): Step {
  const sent = subjectOf(textIn(body, "subjectToken"));
  if (subject !== undefined && sent !== subject) {
    const error_description = "The given credential is rejected by the attribute condition.";
    return { state, reply: { status: 400, body: { error: "unauthorized_client", error_description } } };
  }
  const token = {
    access_token: "federated",
    issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
    token_type: "Bearer",
    expires_in: LIFE_SECONDS,
  };
  return answer(state, token);
}

// The simulation looks at what a token says, not at who signed it.
function subjectOf(token: string): string {
  const payload = token.split(".")[1] ?? "";
  const json: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8") || "{}");
  return textIn(json, "sub");
}
