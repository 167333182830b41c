/** Every canonical code with its HTTP status: google/rpc/code.proto, "HTTP Mapping". */
export const CANONICAL: Readonly<Record<string, number>> = {
  CANCELLED: 499,
  UNKNOWN: 500,
  INVALID_ARGUMENT: 400,
  DEADLINE_EXCEEDED: 504,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  PERMISSION_DENIED: 403,
  RESOURCE_EXHAUSTED: 429,
  FAILED_PRECONDITION: 400,
  ABORTED: 409,
  OUT_OF_RANGE: 400,
  UNIMPLEMENTED: 501,
  INTERNAL: 500,
  UNAVAILABLE: 503,
  DATA_LOSS: 500,
  UNAUTHENTICATED: 401,
};

/** What the token endpoint may refuse with: RFC 6749, 5.2, and RFC 8693, 2.2.2. */
const OAUTH = [
  "invalid_request",
  "invalid_client",
  "invalid_grant",
  "unauthorized_client",
  "unsupported_grant_type",
  "invalid_scope",
  "invalid_target",
];
const OAUTH_MEMBERS = ["error", "error_description", "error_uri"];
const MEMBERS = ["code", "message", "status", "details"];

/** What of an error of Google's is not as documented. Without a body it is a proxy's in between. */
export function googleErrorProblems(
  path: string,
  status: number,
  body: unknown,
  at: string,
): readonly string[] {
  if (body === undefined) return [];
  // Security Token Service answers in OAuth's own form, everything else by AIP-193.
  if (path === "/v1/token" && typeof Object(body).error === "string") return oauthProblems(body, at);
  const error: unknown = Object(body).error;
  if (typeof error !== "object" || error === null) return [`${at}: is no error of Google's`];
  const given: Readonly<Record<string, unknown>> = Object.fromEntries(Object.entries(error));
  const { code, message, status: name = "", details = [] } = given;
  const canonical = CANONICAL[String(name)];
  return [
    ...["code", "message", "status"]
      .filter((field) => !Object.hasOwn(given, field))
      .map((field) => `${at}.error.${field}: is missing`),
    ...foreign(given, MEMBERS, `${at}.error`),
    ...(typeof message === "string" || message === undefined ? [] : [`${at}.error.message: is no text`]),
    ...(code === undefined || code === status
      ? []
      : [`${at}.error.code: ${JSON.stringify(code)} came with ${status}`]),
    ...(name === "" || canonical === status
      ? []
      : [`${at}.error.status: ${JSON.stringify(name)} came with ${status}`]),
    ...(Array.isArray(details) && details.every((one: unknown) => typeof Object(one)["@type"] === "string")
      ? []
      : [`${at}.error.details: are no typed messages`]),
  ];
}

function oauthProblems(body: unknown, at: string): readonly string[] {
  const given: Readonly<Record<string, unknown>> = Object.fromEntries(Object.entries(Object(body)));
  const known = OAUTH.includes(String(given["error"]));
  return [
    ...(known ? [] : [`${at}.error: ${String(given["error"])} is no error of OAuth's`]),
    ...foreign(given, OAUTH_MEMBERS, at),
  ];
}

const foreign = (given: object, members: readonly string[], at: string): readonly string[] =>
  Object.keys(given)
    .filter((name) => !members.includes(name))
    .map((name) => `${at}.${name}: there is no such member`);
