import { expect, test } from "vitest";
import { askIn } from "./ask.ts";
import { oneImage, serve } from "./image-kit.ts";
import type { Host } from "./registry-server.ts";

const KIT = oneImage("amd64");
const CONFIG = KIT.blobs[1];
const images = serve("acme/web", { "1": KIT });
const login = { username: "bot", password: "p" };

test("a blob is followed to its store on another host, and the authorization stays behind", async () => {
  const registry: Host = (asked) => {
    if (asked.headers["authorization"] === undefined)
      return { status: 401, headers: { "www-authenticate": 'Basic realm="x"' } };
    if (asked.url.pathname.includes("/blobs/"))
      return { status: 307, headers: { location: "https://blobs.example.com/one?signature=1" } };
    return images(asked);
  };
  const { ask, internet } = await askIn(
    { "ghcr.io": registry, "blobs.example.com": () => ({ status: 200, body: CONFIG?.text ?? "" }) },
    { logins: { "ghcr.io": login } },
  );
  expect(await ask("ghcr.io/acme/web:1")).toMatchObject({ image: { entrypoint: ["/bin/web"] } });
  const there = internet.asked.filter(({ url }) => url.host === "blobs.example.com");
  expect(there.map(({ headers }) => headers["authorization"])).toEqual([undefined]);
});

test("a redirect that comes back to the registry by way of another host brings the authorization no further", async () => {
  const { ask, internet } = await askIn(
    {
      "ghcr.io": (asked) =>
        asked.headers["authorization"] === undefined
          ? { status: 401, headers: { "www-authenticate": 'Basic realm="x"' } }
          : { status: 302, headers: { location: "https://evil.example.com/" } },
      "evil.example.com": () => ({ status: 200 }),
    },
    { logins: { "ghcr.io": login } },
  );
  await ask("ghcr.io/acme/web:1");
  for (const { url, headers } of internet.asked)
    if (url.host !== "ghcr.io") expect(headers["authorization"]).toBeUndefined();
});

test("redirects end after five", async () => {
  const { ask, internet } = await askIn({
    "ghcr.io": ({ url }) => ({ status: 302, headers: { location: `${url.href}x` } }),
  });
  expect(await ask("ghcr.io/acme/web:1")).toMatchObject({
    said: "unreachable",
    message: "ghcr.io redirects more than 5 times",
  });
  expect(internet.log.length).toBe(6);
});

test("a redirect to clear text is not followed", async () => {
  const { ask, internet } = await askIn({
    "ghcr.io": () => ({ status: 302, headers: { location: "http://ghcr.io/v2/" } }),
  });
  expect(await ask("ghcr.io/acme/web:1")).toMatchObject({ said: "unreachable" });
  expect(internet.log.length).toBe(1);
});

test.each(["", "two words", "line\nbreak", "ünïcode"])("a token such as %j is none", async (token) => {
  const { ask } = await askIn({
    "ghcr.io": ({ url }) =>
      url.pathname === "/token"
        ? { status: 200, body: JSON.stringify({ token }) }
        : { status: 401, headers: { "www-authenticate": 'Bearer realm="https://ghcr.io/token"' } },
  });
  expect(await ask("ghcr.io/acme/web:1")).toMatchObject({ said: "unreachable" });
});
