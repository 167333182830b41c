import { describe, expect, test } from "vitest";
import { askIn } from "./ask.ts";
import { manyImages, oneImage, serve } from "./image-kit.ts";
import type { Answer, Asked, Host } from "./registry-server.ts";

const KIT = manyImages([
  { arch: "amd64", kit: oneImage("amd64") },
  { arch: "arm64", variant: "v8", kit: oneImage("arm64", { bytes: 2_000 }) },
]);
const basicOf = (username: string, password: string) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;

/** A registry that wants a bearer token, and the service that gives it out for one repository. */
function withTokens(
  repository: string,
  realm: string,
  service: string,
  basic?: string,
): { registry: Host; tokens: Host } {
  const images = serve(repository, { "1.4": KIT, latest: KIT });
  return {
    registry: (asked) =>
      asked.headers["authorization"] === "Bearer good.token-1"
        ? images(asked)
        : {
            status: 401,
            headers: {
              "www-authenticate": `Bearer realm="${realm}",service="${service}",scope="repository:everything:push"`,
            },
          },
    tokens: ({ url, headers }): Answer => {
      const asks = url.searchParams.get("scope") === `repository:${repository}:pull`;
      const serves = url.searchParams.get("service") === service;
      if (!asks || !serves || headers["authorization"] !== basic) return { status: 401 };
      return { status: 200, body: JSON.stringify({ access_token: "good.token-1", expires_in: 300 }) };
    },
  };
}

interface Vendor {
  readonly name: string;
  readonly reference: string;
  readonly registry: string;
  readonly repository: string;
  readonly realm: string;
  readonly service: string;
  readonly login?: { readonly host: string; readonly username: string; readonly password: string };
}
const KEY_FILE = '{\n  "type": "service_account",\n  "private_key": "-----BEGIN"\n}\n';
const VENDORS: readonly Vendor[] = [
  {
    name: "Docker Hub, without a login",
    reference: "nginx",
    registry: "registry-1.docker.io",
    repository: "library/nginx",
    realm: "https://auth.docker.io/token",
    service: "registry.docker.io",
  },
  {
    name: "Docker Hub, with an access token",
    reference: "docker.io/acme/web:1.4",
    registry: "registry-1.docker.io",
    repository: "acme/web",
    realm: "https://auth.docker.io/token",
    service: "registry.docker.io",
    login: { host: "docker.io", username: "acme", password: "dckr_pat_1" },
  },
  {
    name: "GHCR",
    reference: "ghcr.io/acme/web:1.4",
    registry: "ghcr.io",
    repository: "acme/web",
    realm: "https://ghcr.io/token",
    service: "ghcr.io",
    login: { host: "ghcr.io", username: "bot", password: "ghp_1" },
  },
  {
    name: "ACR",
    reference: "acme.azurecr.io/web:1.4",
    registry: "acme.azurecr.io",
    repository: "web",
    realm: "https://acme.azurecr.io/oauth2/token",
    service: "acme.azurecr.io",
    login: { host: "acme.azurecr.io", username: "00000000-0000-0000-0000-000000000000", password: "refresh" },
  },
  {
    name: "Artifact Registry, with an access token",
    reference: "europe-west1-docker.pkg.dev/acme/apps/web:1.4",
    registry: "europe-west1-docker.pkg.dev",
    repository: "acme/apps/web",
    realm: "https://europe-west1-docker.pkg.dev/v2/token",
    service: "europe-west1-docker.pkg.dev",
    login: { host: "europe-west1-docker.pkg.dev", username: "oauth2accesstoken", password: "ya29.a" },
  },
  {
    name: "Artifact Registry, with a key file",
    reference: "europe-west1-docker.pkg.dev/acme/apps/web:1.4",
    registry: "europe-west1-docker.pkg.dev",
    repository: "acme/apps/web",
    realm: "https://europe-west1-docker.pkg.dev/v2/token",
    service: "europe-west1-docker.pkg.dev",
    login: { host: "europe-west1-docker.pkg.dev", username: "_json_key", password: KEY_FILE },
  },
];

describe("each vendor's way in", () => {
  test.each(VENDORS)("$name: a token for this repository only, then the image", async (vendor) => {
    const { login, reference, registry, repository, realm, service } = vendor;
    const basic = login && basicOf(login.username, login.password);
    const { registry: images, tokens } = withTokens(repository, realm, service, basic);
    const realmUrl = new URL(realm);
    const isOwn = realmUrl.host === registry;
    const both: Host = (asked) => (asked.url.pathname === realmUrl.pathname ? tokens(asked) : images(asked));
    const { ask, internet } = await askIn(
      isOwn ? { [registry]: both } : { [registry]: images, [realmUrl.host]: tokens },
      { logins: login === undefined ? {} : { [login.host]: login } },
    );
    expect(await ask(reference)).toMatchObject({
      said: "resolved",
      image: { reference, digest: KIT.digest },
    });
    // The password goes to the realm and nowhere else.
    const told = internet.asked.filter(
      ({ headers }) => headers["authorization"]?.startsWith("Basic") === true,
    );
    expect(told.map(({ url }) => `${url.origin}${url.pathname}`)).toEqual(login === undefined ? [] : [realm]);
  });

  test("ECR: the login itself, and no token", async () => {
    const host = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
    const images = serve("acme/web", { "1.4": KIT });
    const registry = (asked: Asked): Answer =>
      asked.headers["authorization"] === basicOf("AWS", "eyJ")
        ? images(asked)
        : {
            status: 401,
            headers: { "www-authenticate": `Basic realm="https://${host}/",service="ecr.amazonaws.com"` },
          };
    const login = { username: "AWS", password: "eyJ" };
    const known = await askIn({ [host]: registry }, { logins: { [host]: login } });
    expect(await known.ask(`${host}/acme/web:1.4`)).toMatchObject({ image: { digest: KIT.digest } });
    const unknown = await askIn({ [host]: registry });
    const refusal = await unknown.ask(`${host}/acme/web:1.4`);
    expect(refusal).toMatchObject({ said: "denied" });
    expect(refusal).toHaveProperty("message", expect.stringContaining(`berth registry set ${host}`));
  });

  test("a login that the token service refuses is named, and its password is not", async () => {
    const { registry, tokens } = withTokens("acme/web", "https://ghcr.io/token", "ghcr.io", "Basic other");
    const host: Host = (asked) => (asked.url.pathname === "/token" ? tokens(asked) : registry(asked));
    const { ask } = await askIn(
      { "ghcr.io": host },
      { logins: { "ghcr.io": { username: "bot", password: "canary-password" } } },
    );
    const answer = await ask("ghcr.io/acme/web:1.4");
    expect(answer).toMatchObject({ said: "denied", message: expect.stringContaining("bot") });
    expect(JSON.stringify(answer)).not.toContain("canary");
  });
});
