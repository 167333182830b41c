import { demandNone } from "./ledger.ts";

/**
 * What two vendors document of their OAuth token endpoints, for which neither publishes a contract that a machine reads: each field, and
 * what it may be. `README.md` names the document of every line.
 */
interface TokenEndpoint {
  readonly vendor: string;
  readonly url: RegExp;
  readonly request: Fields;
  /** Of a request, one of these besides. */
  readonly proofs: readonly Fields[];
  readonly reply: Fields;
  readonly error: Fields;
}
/** A field that ends in `?` may be absent. */
type Fields = Readonly<Record<string, RegExp>>;

const BEARER = /^Bearer$/;
const SECONDS = /^[1-9]\d*$/;
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const SOME = /./s;

export const TOKEN_ENDPOINTS = {
  entra: {
    vendor: "Entra",
    url: /\/[\da-f-]{36}\/oauth2\/v2\.0\/token$/,
    request: {
      grant_type: /^client_credentials$/,
      client_id: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/,
      scope: /^https?:\/\/\S+\/\.default$/,
    },
    proofs: [
      { client_secret: SOME },
      {
        client_assertion_type: /^urn:ietf:params:oauth:client-assertion-type:jwt-bearer$/,
        client_assertion: SOME,
      },
    ],
    reply: { access_token: SOME, token_type: BEARER, expires_in: SECONDS, "ext_expires_in?": SECONDS },
    error: {
      error: /^[a-z_]+$/,
      error_description: /^AADSTS\d+: /,
      error_codes: /^\[\d+(,\d+)*\]$/,
      timestamp: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/,
      trace_id: SOME,
      correlation_id: SOME,
      "error_uri?": SOME,
    },
  },
  googleKey: {
    vendor: "Google's OAuth",
    url: /^https:\/\/oauth2\.googleapis\.com\/token$/,
    request: { grant_type: /^urn:ietf:params:oauth:grant-type:jwt-bearer$/, assertion: JWT },
    proofs: [{}],
    reply: { access_token: SOME, token_type: BEARER, expires_in: SECONDS, "scope?": SOME },
    error: { error: /^[a-z_]+$/, error_description: SOME },
  },
  /** The same endpoint where a key's statement asks for an identity. */
  googleIdentity: {
    vendor: "Google's OAuth",
    url: /^https:\/\/oauth2\.googleapis\.com\/token$/,
    request: { grant_type: /^urn:ietf:params:oauth:grant-type:jwt-bearer$/, assertion: JWT },
    proofs: [{}],
    reply: { id_token: SOME },
    error: { error: /^[a-z_]+$/, error_description: SOME },
  },
} as const satisfies Readonly<Record<string, TokenEndpoint>>;

/** What of a call of a token endpoint is not as the vendor documents it, each with its field. */
export function tokenRequestViolations(
  name: keyof typeof TOKEN_ENDPOINTS,
  sent: Request,
  body: string,
): readonly string[] {
  const { url, request, proofs }: TokenEndpoint = TOKEN_ENDPOINTS[name];
  const form = Object.fromEntries(new URLSearchParams(body));
  const type = sent.headers.get("content-type") ?? "";
  const ways = proofs.map((proof) => fieldProblems({ ...request, ...proof }, form, "request"));
  return [
    ...(sent.method === "POST" ? [] : [`request: ${sent.method} is not POST`]),
    ...(url.test(sent.url) ? [] : [`request: ${sent.url} is no token endpoint`]),
    ...(type.startsWith("application/x-www-form-urlencoded") ? [] : [`request: ${type} is no form`]),
    // One way of proving who asks has to be right; the one that comes nearest is told.
    ...(ways.toSorted((one, other) => one.length - other.length)[0] ?? []),
    ...(name === "entra" ? [] : keyProblems(form["assertion"] ?? "", ASKED_BY_KEY[name])),
  ];
}

/** What of an answer is not as documented. */
export function tokenReplyViolations(
  name: keyof typeof TOKEN_ENDPOINTS,
  status: number,
  body: unknown,
): readonly string[] {
  const { reply, error }: TokenEndpoint = TOKEN_ENDPOINTS[name];
  return fieldProblems(status < 300 ? reply : error, Object(body), `reply ${status}`);
}

/** The way to a token endpoint: what is sent and answered is judged, and a violation fails the test. */
export function judgedTokens(
  name: keyof typeof TOKEN_ENDPOINTS,
  answer: (form: URLSearchParams) => Response | Promise<Response>,
): (url: string | URL, init?: RequestInit) => Promise<Response> {
  const { vendor } = TOKEN_ENDPOINTS[name];
  return async (url, init) => {
    const sent = new Request(url, init);
    // Not as text: workerd warns of a form that is read so.
    const text = new TextDecoder().decode(await sent.arrayBuffer());
    demandNone(tokenRequestViolations(name, sent, text), vendor);
    const reply = await answer(new URLSearchParams(text));
    demandNone(tokenReplyViolations(name, reply.status, await reply.clone().json()), vendor);
    return reply;
  };
}

/** A token as Entra gives it. */
export function entraToken(token: string): Response {
  return Response.json({
    access_token: token,
    token_type: "Bearer",
    expires_in: 3_600,
    ext_expires_in: 3_600,
  });
}

function fieldProblems(
  fields: Fields,
  given: Readonly<Record<string, unknown>>,
  at: string,
): readonly string[] {
  const known = Object.entries(fields).map(([field, is]) => ({
    field: field.replace("?", ""),
    optional: field.endsWith("?"),
    is,
  }));
  return [
    ...known.flatMap(({ field, optional, is }) => {
      const value = given[field];
      if (value === undefined) return optional ? [] : [`${at}.${field}: is missing`];
      // What is counted is a number and no text.
      const text = typeof value === "string" && is !== SECONDS ? value : JSON.stringify(value);
      return is.test(text) ? [] : [`${at}.${field}: ${text.slice(0, 60)} is not as documented`];
    }),
    ...Object.keys(given)
      .filter((field) => !known.some((one) => one.field === field))
      .map((field) => `${at}.${field}: there is no such field`),
  ];
}

/** What a key's statement says of what is wanted: an access token of some reach, or an identity for somebody. */
const ASKED_BY_KEY: Readonly<Record<"googleKey" | "googleIdentity", Fields>> = {
  googleKey: { scope: /^https:\/\/www\.googleapis\.com\/auth\/\S+$/ },
  googleIdentity: { target_audience: /^https:\/\/\S+$/ },
};

// "Using OAuth 2.0 for Server to Server Applications": what the signed statement says, at most an hour long.
function keyProblems(assertion: string, asked: Fields): readonly string[] {
  const [header = {}, claims = {}] = assertion.split(".").slice(0, 2).map(decoded);
  const { iat, exp } = claims;
  const fits = typeof iat === "number" && typeof exp === "number" && exp > iat && exp - iat <= 3_600;
  return [
    ...fieldProblems({ alg: /^RS256$/, typ: /^JWT$/, kid: SOME }, header, "request.assertion header"),
    ...fieldProblems(
      {
        iss: /^\S+@\S+\.iam\.gserviceaccount\.com$/,
        ...asked,
        aud: /^https:\/\/oauth2\.googleapis\.com\/token$/,
        iat: SECONDS,
        exp: SECONDS,
        "sub?": SOME,
      },
      claims,
      "request.assertion",
    ),
    ...(fits ? [] : ["request.assertion.exp: is no hour or less after iat"]),
  ];
}

function decoded(part: string): Readonly<Record<string, unknown>> {
  const text = new TextDecoder().decode(
    Uint8Array.from(atob(part.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.codePointAt(0) ?? 0),
  );
  return JSON.parse(text) as Readonly<Record<string, unknown>>;
}
