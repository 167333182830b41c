import { expect, test } from "vitest";
import { realBroker } from "./real-broker.ts";

const spec = (image: string) => `name: web\nimage: ${image}\nport: 8080\n`;
const broker = realBroker({
  "web.yaml": spec("ghcr.io/acme/web:1"),
  "next.yaml": spec("ghcr.io/acme/web:2"),
});
const { berth } = broker;

test("a workload is planned, deployed, changed, moved, rolled back and destroyed against the real broker", async () => {
  for (const place of ["aws --region eu-west-1", "gcp --region europe-west1"])
    expect(await berth(`target add sandbox --simulates ${place}`)).toMatchObject({ exit: 0 });
  expect(await berth("target check eu-west-1")).toMatchObject({ exit: 0 });

  const planned = await berth("plan -f web.yaml");
  expect(planned.out).toMatch(
    /^web · dry run · production · would go to (Fargate eu-west-1|Cloud Run europe-west1)\n/,
  );
  const id = /--plan (plan_\w+)/.exec(planned.err)?.[1] ?? "";
  const deployed = await berth(`deploy --plan ${id}`);
  expect(deployed, deployed.err).toMatchObject({
    exit: 0,
    out: expect.stringMatching(/^ready in .* · http.*\/default\/production\/web\/ · \$/),
  });
  expect(deployed.err).toMatch(/✔ start {4}1 of 1 serving\n/);
  expect((await berth("deploy -f web.yaml")).out).toMatch(/^ready already · /);

  expect((await berth("status")).out).toMatch(/^ {2}web {3}ready {2}plan 1 /m);
  expect((await berth("logs web --tail 5")).out).not.toBe("");
  expect((await berth("deploy -f next.yaml --timeout 60")).exit).toBe(0);
  const elsewhere = deployed.err.includes("Fargate") ? "gcp" : "aws";
  const asked = await berth(`migrate web --to ${elsewhere}`, { terminal: true, stdin: "y\n" });
  expect(asked, asked.err).toMatchObject({ exit: 0 });
  expect(asked.err).toMatch(/\n {2}from .* [\d.]+\n {2}to .* [\d.]+\n/);
  expect(asked.err).toMatch(/\n {2}[+-]\$[\d.]+ a month expected\n/);
  expect((await berth("status web")).out).toContain("override: pinned to ");
  expect((await berth("rollback web")).exit).toBe(0);
  expect((await berth("explain web")).out).toContain("rollback by token:admin");
  for (const decided of ["web", id])
    expect(await berth(`replay ${decided}`)).toMatchObject({
      exit: 0,
      out: expect.stringContaining("identical: the same placement, byte for byte"),
    });

  const gone = await berth("destroy web --yes");
  expect(gone, gone.err).toMatchObject({ exit: 0, out: expect.stringMatching(/^gone in /) });
  expect(await berth("status web")).toMatchObject({
    exit: 1,
    err: expect.stringContaining("There is no workload web"),
  });
}, 120_000);

test("a spec that no place can take is answered with each place's reasons and the file's lines", async () => {
  expect((await berth("target add sandbox --simulates aws --region eu-west-1")).exit).toBe(0);
  const files = { "web.yaml": `${spec("web")}volumes: [{ name: d, path: /d, size: 1Gi, kind: disk }]\n` };
  for (const verb of ["plan", "deploy"]) {
    const { exit, err } = await berth(`${verb} -f web.yaml`, { files, terminal: true });
    expect(exit).toBe(1);
    expect(err).toMatch(/^No place can take web/);
    expect(err).toMatch(/^ {2}refused \d+ of \d+$/m);
    expect(err).toMatch(/Fargate eu-west-1: line 4 \/volumes\/0: Berth does not\s+attach EBS volumes/);
    expect(err.split("\n").filter((line) => line.length > 80)).toEqual([]);
  }
});

test("a token made by the CLI works at once, does what it may, and stops working when it is revoked", async () => {
  const made = await berth("token create ci --scopes reader --days 1 --json");
  const { token, id }: { token: string; id: string } = JSON.parse(made.out);
  expect(await berth("status", { token })).toMatchObject({ exit: 0 });
  const refused = await berth("deploy -f web.yaml --no-wait", { token });
  expect(refused).toMatchObject({ exit: 1, err: expect.stringContaining("berth token list") });
  expect((await berth("token list")).out).toContain(id);
  expect((await berth(`token revoke ${id} --yes`)).exit).toBe(0);
  expect(await berth("status", { token })).toMatchObject({
    exit: 1,
    err: expect.stringContaining("Set BERTH_TOKEN"),
  });
});

test("a machine's join line and an empty pool are what the broker says they are", async () => {
  expect((await berth("target add agents --pool home")).exit).toBe(0);
  const join = await berth("agent token --pool home");
  expect(join.out).toMatch(
    new RegExp(`^npm run agent -- --server ${broker.access.server} --token \\S+ --pool home\\n$`),
  );
  expect(await berth("agent list --pool home")).toMatchObject({ exit: 0, out: "" });
  expect(await berth("target check home")).toMatchObject({ exit: 1 });
  expect((await berth("target remove home --yes")).exit).toBe(0);
});
