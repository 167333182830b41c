import { describe, expect, test } from "vitest";
import { askIn } from "./ask.ts";
import { oneImage, serve } from "./image-kit.ts";
import { blob, type Asked, type Host } from "./registry-server.ts";

const IMAGE = oneImage("amd64");
const web = serve("acme/web", { "1.4": IMAGE });
const WEB = "registry.acme.example/acme/web:1.4";
const MANIFESTS = "https://registry.acme.example/v2/acme/web/manifests";
const knowingOnlyGet =
  (status: number, get: Host = web): Host =>
  (asked) =>
    asked.method === "HEAD" ? { status } : get(asked);

describe.each([405, 404])("a registry that answers HEAD with %i", (status) => {
  test("is asked by GET, once for the tag", async () => {
    const { ask, internet } = await askIn({ "registry.acme.example": knowingOnlyGet(status) });
    expect(await ask(WEB)).toMatchObject({
      said: "resolved",
      image: { digest: IMAGE.digest, platforms: [{ arch: "amd64" }], entrypoint: ["/bin/web"] },
    });
    const manifests = internet.log.filter((line) => line.includes("/manifests/"));
    expect(manifests).toEqual([`HEAD ${MANIFESTS}/1.4`, `GET ${MANIFESTS}/1.4`]);
  });

  test("and has the image as little as GET says is absent", async () => {
    const { ask } = await askIn({ "registry.acme.example": knowingOnlyGet(status) });
    expect(await ask("registry.acme.example/acme/web:9")).toMatchObject({ said: "absent" });
  });

  test("is believed about a digest that was remembered", async () => {
    const { ask, clock } = await askIn({ "registry.acme.example": knowingOnlyGet(status) });
    const pinned = `registry.acme.example/acme/web@${IMAGE.digest}`;
    await ask(pinned);
    clock.now = 60_000;
    expect(await ask(pinned)).toMatchObject({ said: "resolved", image: { digest: IMAGE.digest } });
  });

  test("is not read beyond what a manifest may have", async () => {
    const flood: Host = () => ({ status: 200, body: "x".repeat(5 * 1_048_576) });
    const { ask } = await askIn({ "registry.acme.example": knowingOnlyGet(status, flood) });
    expect(await ask(WEB)).toMatchObject({
      said: "unreachable",
      message: expect.stringContaining("larger than"),
    });
  });

  test("gets the same token with the GET, and only after it asked for one", async () => {
    const seen: string[] = [];
    const guarded: Host = (asked: Asked) => {
      seen.push(`${asked.method} ${asked.headers["authorization"] ?? "nothing"}`);
      if (asked.headers["authorization"] !== "Bearer let-me-in")
        return {
          status: 401,
          headers: { "www-authenticate": 'Bearer realm="https://auth.acme.example/token",service="acme"' },
        };
      return knowingOnlyGet(status)(asked);
    };
    const { ask } = await askIn({
      "registry.acme.example": guarded,
      "auth.acme.example": () => ({ status: 200, body: blob({ token: "let-me-in" }, "").text }),
    });
    expect(await ask(WEB)).toMatchObject({ said: "resolved" });
    expect(seen.slice(0, 3)).toEqual(["HEAD nothing", "HEAD Bearer let-me-in", "GET Bearer let-me-in"]);
  });

  test("is given up with the GET when the time is over", async () => {
    const giving = new AbortController();
    const desk = await askIn({ "registry.acme.example": knowingOnlyGet(status) });
    const { ask } = await askIn(
      {},
      {
        fetch: async (url, init) => {
          if (init.method === "GET") giving.abort();
          return await desk.internet.fetch(url, init);
        },
      },
    );
    expect(await ask(WEB, { signal: giving.signal })).toEqual({
      said: "unreachable",
      message: "registry.acme.example did not answer in time",
    });
  });
});
