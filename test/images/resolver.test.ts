import { expect, test } from "vitest";
import { askIn } from "./ask.ts";
import { manyImages, oneImage, serve } from "./image-kit.ts";
import { blob, type Host } from "./registry-server.ts";

const ARM = oneImage("arm64", { bytes: 2_000 });
const BOTH = manyImages([
  { arch: "amd64", kit: oneImage("amd64", { entrypoint: ["/bin/web"], cmd: ["serve"] }) },
  { arch: "arm64", variant: "v8", kit: ARM },
]);
const web = serve("acme/web", { "1.4": BOTH, arm: ARM });
const WEB = "ghcr.io/acme/web:1.4";

test("an index is resolved to its own digest, with each platform, its compressed size, entrypoint, command and user", async () => {
  const { ask } = await askIn({ "ghcr.io": web });
  expect(await ask(WEB)).toEqual({
    said: "resolved",
    image: {
      reference: WEB,
      digest: BOTH.digest,
      platforms: [
        { os: "linux", arch: "amd64", digest: BOTH.blobs[1]?.digest, sizeBytes: expect.any(Number) },
        { os: "linux", arch: "arm64", variant: "v8", digest: ARM.digest, sizeBytes: sizeOf(2_000) },
      ],
      entrypoint: ["/bin/web"],
      cmd: ["serve"],
      user: "1000",
    },
  });
});

test("an image of one platform takes its architecture from its configuration", async () => {
  const { ask } = await askIn({ "ghcr.io": web });
  expect(await ask("ghcr.io/acme/web:arm")).toMatchObject({
    image: { digest: ARM.digest, platforms: [{ os: "linux", arch: "arm64", sizeBytes: sizeOf(2_000) }] },
  });
});

test("a digest that is written is what is resolved, whatever the tag beside it", async () => {
  const { ask, internet } = await askIn({ "ghcr.io": web });
  expect(await ask(`${WEB}@${ARM.digest}`)).toMatchObject({ image: { digest: ARM.digest } });
  expect(internet.log.filter((line) => line.endsWith("/1.4"))).toEqual([]);
});

test("what the registry does not have is absent, and what it hides is denied, each in words", async () => {
  const { ask } = await askIn({ "ghcr.io": web, "quay.io": () => ({ status: 403 }) });
  expect(await ask("ghcr.io/acme/web:9")).toMatchObject({ said: "absent" });
  expect(await ask("quay.io/acme/web:9")).toMatchObject({
    said: "denied",
    message: expect.stringContaining("berth registry set quay.io"),
  });
});

test.each([500, 502, 503, 429, 418, 204])("an answer of %i says nothing about the image", async (status) => {
  const { ask } = await askIn({ "ghcr.io": () => ({ status }) });
  expect(await ask(WEB)).toMatchObject({ said: "unreachable" });
});

test("a host that refuses connections says nothing about the image", async () => {
  const { ask } = await askIn({});
  expect(await ask(WEB)).toEqual({
    said: "unreachable",
    message: "ghcr.io cannot be reached (ECONNREFUSED)",
  });
});

test("a registry that is silent is given up when the time is over", async () => {
  const giving = new AbortController();
  const { ask } = await askIn(
    {},
    {
      fetch: async (_url, { signal }) =>
        await new Promise((_resolve, reject) => {
          signal?.addEventListener("abort", () => reject(new Error("aborted")));
          giving.abort();
        }),
    },
  );
  expect(await ask(WEB, { signal: giving.signal })).toEqual({
    said: "unreachable",
    message: "ghcr.io did not answer in time",
  });
});

test("other bytes than the digest names are never believed", async () => {
  const lying: Host = (asked) => {
    const answer = web(asked);
    const isManifest = asked.method === "GET" && asked.url.pathname.endsWith(BOTH.digest);
    return isManifest ? { ...answer, body: `${String(answer.body)} ` } : answer;
  };
  const { ask } = await askIn({ "ghcr.io": lying });
  expect(await ask(WEB)).toMatchObject({
    said: "unreachable",
    message: expect.stringContaining("other bytes"),
  });
});

test("a configuration that is not the one its digest names is left out, and the digest stands", async () => {
  const lying: Host = (asked) => {
    const answer = web(asked);
    return asked.url.pathname.includes("/blobs/") ? { ...answer, body: "{}" } : answer;
  };
  const { ask } = await askIn({ "ghcr.io": lying });
  const answer = await ask(WEB);
  expect(answer).toMatchObject({ said: "resolved", image: { digest: BOTH.digest } });
  expect(answer).not.toHaveProperty("image.entrypoint");
});

test("where HEAD does not say the digest, the bytes do", async () => {
  const quiet: Host = (asked) => {
    const { headers: { "docker-content-digest": _digest, ...headers } = {}, ...answer } = web(asked);
    return { ...answer, headers };
  };
  const { ask } = await askIn({ "ghcr.io": quiet });
  expect(await ask(WEB)).toMatchObject({ image: { digest: BOTH.digest } });
});

test("a manifest larger than any is not read to its end", async () => {
  const flood: Host = (asked) =>
    asked.method === "HEAD" ? web(asked) : { status: 200, body: "x".repeat(5 * 1_048_576) };
  const { ask } = await askIn({ "ghcr.io": flood });
  expect(await ask(WEB)).toMatchObject({ said: "unreachable", message: expect.stringContaining("larger") });
});

test("what is no container image is absent, and says so", async () => {
  const config = { mediaType: "application/vnd.cncf.helm.config.v1+json", digest: ARM.digest, size: 1 };
  const chart = blob({ schemaVersion: 2, config, layers: [] }, "application/vnd.oci.image.manifest.v1+json");
  const { ask } = await askIn({
    "ghcr.io": serve("acme/chart", { "1": { digest: chart.digest, blobs: [chart] } }),
  });
  expect(await ask("ghcr.io/acme/chart:1")).toMatchObject({
    said: "absent",
    message: expect.stringContaining("no container image"),
  });
});

test("an answer stands for 30 s for the project that asked, unless it is asked afresh; a refusal does not", async () => {
  const { ask, internet, clock } = await askIn({ "ghcr.io": web });
  await ask(WEB);
  const first = internet.log.length;
  await ask(WEB);
  expect(internet.log.length).toBe(first);
  // The content of a digest is known by now; only what the tag names is asked.
  await ask(WEB, { fresh: true });
  expect(internet.log.slice(first)).toEqual(["HEAD https://ghcr.io/v2/acme/web/manifests/1.4"]);
  await ask(WEB, { project: "prj_2" });
  expect(internet.log.length).toBeGreaterThan(first + 2);
  const before = internet.log.length;
  clock.now = 30_000;
  await ask(WEB);
  expect(internet.log.slice(before)).toEqual(["HEAD https://ghcr.io/v2/acme/web/manifests/1.4"]);
  await ask("ghcr.io/acme/web:9");
  const refused = internet.log.length;
  await ask("ghcr.io/acme/web:9");
  expect(internet.log.length).toBeGreaterThan(refused);
});

test("a digest that is remembered is asked for again: it may have been deleted there", async () => {
  const here = { open: true };
  const { ask, clock } = await askIn({ "ghcr.io": (asked) => (here.open ? web(asked) : { status: 404 }) });
  const pinned = `ghcr.io/acme/web@${ARM.digest}`;
  expect(await ask(pinned)).toMatchObject({ said: "resolved" });
  here.open = false;
  clock.now = 60_000;
  expect(await ask(pinned)).toMatchObject({ said: "absent" });
});

function sizeOf(layer: number): number {
  return layer + (ARM.blobs[1]?.text.length ?? 0);
}
