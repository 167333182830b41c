/** How this instance meets the clouds. */
export interface CloudSettings {
  /** URL of Berth's own token issuer, without a slash at its end; undefined: there is none. */
  readonly issuerUrl: string | undefined;
  /** Whether targets may name their own endpoints: VPC endpoints and emulators. A region of a sovereign cloud has its partition's, and needs none. */
  readonly allowCustomEndpoints: boolean;
}

/** The variables they are read from, on Node and on Workers. */
export interface CloudVariables {
  readonly BERTH_ISSUER_URL?: string | undefined;
  readonly BERTH_ALLOW_CUSTOM_ENDPOINTS?: string | undefined;
}

/** AWS takes no longer one, and none with a port (IAM API Reference, CreateOpenIDConnectProvider, `Url`). */
const MOST_ISSUER_CHARACTERS = 255;

/** The settings, and a sentence for every variable that does not say one. */
export function parseCloudSettings(env: CloudVariables): {
  readonly settings: CloudSettings;
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const custom = env.BERTH_ALLOW_CUSTOM_ENDPOINTS ?? "";
  if (!["", "0", "1"].includes(custom))
    problems.push(
      `BERTH_ALLOW_CUSTOM_ENDPOINTS is ${JSON.stringify(custom)}; say 1 to allow them, or 0 not to.`,
    );
  const issuer = env.BERTH_ISSUER_URL ?? "";
  if (issuer !== "" && !isIssuer(issuer))
    problems.push(
      "BERTH_ISSUER_URL is no issuer; say an https URL of at most 255 characters without user, port, query or fragment, such as https://berth.example.com.",
    );
  const issuerUrl = issuer === "" ? undefined : issuer.replace(/\/+$/, "");
  return { settings: { issuerUrl, allowCustomEndpoints: custom === "1" }, problems };
}

// What OpenID Connect Discovery 1.0, section 3, asks of an issuer; the clouds read it over https only.
function isIssuer(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || text.length > MOST_ISSUER_CHARACTERS) return false;
  const bare = !/[?#]/.test(text) && url.username === "" && url.password === "" && url.port === "";
  return url.protocol === "https:" && bare;
}
