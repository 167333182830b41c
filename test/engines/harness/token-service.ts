import {
  createHash,
  createPrivateKey,
  createPublicKey,
  createSign,
  randomUUID,
  type KeyObject,
} from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { base32 } from "../../../src/domain/base32.ts";
import { run } from "./command.ts";
import type { Auth } from "./registry.ts";

const SERVICE = "registry of the tests";
const ISSUER = "token service of the tests";

/** A token service that a real registry believes: it signs what docs.docker.com's "Token Authentication Implementation" asks for. */
export interface TokenService {
  /** What the registry is configured with. */
  readonly auth: Auth;
  /** Scopes that were asked for, in order. */
  readonly scopes: readonly string[];
  readonly close: () => Promise<void>;
}

/** Starts it; one user may log in. Its key and certificate go into `dir`. */
export async function startTokenService(
  dir: string,
  username: string,
  password: string,
): Promise<TokenService> {
  const [keyFile, certificate] = [join(dir, "token.key"), join(dir, "token.pem")];
  const made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=tests", "-days", "2"];
  await run(["openssl", ...made, "-keyout", keyFile, "-out", certificate]);
  const key = createPrivateKey(await readFile(keyFile));
  const basic = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  const scopes: string[] = [];
  const server = createServer((request, response) => {
    const scope = new URL(request.url ?? "/", "http://token").searchParams.get("scope") ?? "";
    scopes.push(scope);
    if (request.headers.authorization !== basic) return void response.writeHead(401).end();
    response.end(JSON.stringify({ token: tokenFor(key, username, scope) }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const realm = `http://127.0.0.1:${port}/token`;
  return {
    auth: { token: { realm, service: SERVICE, issuer: ISSUER, rootcertbundle: certificate } },
    scopes,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function tokenFor(key: KeyObject, subject: string, scope: string): string {
  const [type = "", name = "", actions = ""] = scope.split(":");
  const now = Math.floor(Date.now() / 1_000);
  const header = { typ: "JWT", alg: "RS256", kid: keyId(key) };
  const claims = {
    iss: ISSUER,
    sub: subject,
    aud: SERVICE,
    exp: now + 300,
    nbf: now - 10,
    iat: now,
    jti: randomUUID(),
    access: [{ type, name, actions: actions.split(",") }],
  };
  const signed = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${signed}.${createSign("RSA-SHA256").update(signed).sign(key).toString("base64url")}`;
}

/** A key as libtrust names it: 240 bits of the SHA-256 of its DER form, in base32, in groups of four. */
function keyId(key: KeyObject): string {
  const der = createPublicKey(key).export({ type: "spki", format: "der" });
  const text = base32(createHash("sha256").update(der).digest().subarray(0, 30)).toUpperCase();
  return (text.match(/.{4}/g) ?? []).join(":");
}
