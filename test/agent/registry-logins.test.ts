import { expect, test } from "vitest";
import { RegistryLogins } from "../../src/agent/registry-logins.ts";

const decoded = (auth: string | undefined): unknown =>
  auth === undefined ? undefined : JSON.parse(Buffer.from(auth, "base64url").toString("utf8"));

test("an image is pulled with its own registry's login and with no other's", () => {
  const logins = new RegistryLogins();
  logins.keep([
    { host: "ghcr.io", username: "bot", password: "pässwörd?>" },
    { host: "docker.io", username: "hub", password: "p" },
  ]);
  const auth = logins.authFor(`ghcr.io/acme/web@sha256:${"a".repeat(64)}`);
  expect(decoded(auth)).toEqual({ username: "bot", password: "pässwörd?>", serveraddress: "ghcr.io" });
  expect(auth).toMatch(/^[A-Za-z0-9_-]+=*$/);
  expect(decoded(logins.authFor("nginx:1"))).toEqual({
    username: "hub",
    password: "p",
    serveraddress: "https://index.docker.io/v1/",
  });
  for (const image of [
    "quay.io/acme/web:1",
    "ghcr.io.evil.example/acme/web:1",
    "localhost/web:1",
    "no image",
  ])
    expect(logins.authFor(image)).toBeUndefined();
});

test("the newest login of a registry is the one that counts, and what an answer leaves out stays", () => {
  const logins = new RegistryLogins();
  logins.keep([{ host: "ghcr.io", username: "bot", password: "old" }]);
  logins.keep([]);
  logins.keep([{ host: "ghcr.io", username: "bot", password: "new" }]);
  expect(decoded(logins.authFor("ghcr.io/acme/web:1"))).toMatchObject({ password: "new" });
});
