import { expect, test } from "vitest";
import { realBroker } from "./real-broker.ts";

const spec = (name: string, more = "") => `name: ${name}\nimage: ghcr.io/acme/${name}:1\nport: 8080\n${more}`;
const broker = realBroker({
  "apps/api.yaml": spec("api", "priority: 80\n"),
  "apps/web.yaml": `${spec("web")}---\n${spec("shop", "scale: { min: 2, max: 2 }\n")}`,
});
const { berth } = broker;

test("a folder of specs is planned, deployed as shown, left alone where nothing changes, and changed as one", async () => {
  for (const place of ["aws --region eu-west-1", "gcp --region europe-west1"])
    expect(await berth(`target add sandbox --simulates ${place}`)).toMatchObject({ exit: 0 });

  const planned = await berth("plan -f apps", { terminal: true });
  expect(planned, planned.err).toMatchObject({ exit: 0 });
  expect(planned.out).toMatch(
    /^dry run · production · 3 workloads\n\n {2}WORKLOAD {2}PLACE +\$\/MONTH {2}WHY\n {2}api /,
  );
  expect(planned.out).toMatch(
    /\n {2}\$0\.00 -> \$[\d.]+ a month expected \(\+\$[\d.]+\), \$[\d.]+ at the most\n/,
  );
  expect(planned.out).toContain("\n  no better choice of places is possible\n");
  expect(planned.out.split("\n").filter((line) => line.length > 80)).toEqual([]);
  const id = /--change (chg_\w+)/.exec(planned.err)?.[1] ?? "";

  const deployed = await berth(`deploy --change ${id} --timeout 60`);
  expect(deployed, deployed.err).toMatchObject({
    exit: 0,
    out: expect.stringMatching(/^ready in .* · 3 workloads · \$[\d.]+ a month expected\n$/),
  });
  for (const name of ["api", "shop", "web"]) expect(deployed.err).toMatch(new RegExp(`✔ ${name} +ready\n`));
  expect((await berth("status")).out).toMatch(/^ {2}api .*\n {2}shop .*\n {2}web /m);

  expect((await berth("deploy -f apps")).out).toMatch(/^ready already · 3 workloads · /);
  const files = { "apps/api.yaml": spec("api"), "apps/web.yaml": spec("web", "env: { LOG_LEVEL: debug }\n") };
  const changed = await berth("deploy -f apps --timeout 60", { files });
  expect(changed, changed.err).toMatchObject({
    exit: 0,
    out: expect.stringMatching(/^ready in .* · 2 workloads · \$[\d.]+ a month expected\n$/),
  });
  expect(changed.err).toMatch(/^web · plan 2 · production · stays on /m);
}, 120_000);

const TIERS = `policy:
  tiers:
    - { name: near, where: { providers: [aci] } }
    - { name: rest, where: { providers: [ecs] } }
`;
const worker = (name: string, more = "") =>
  `name: ${name}\nkind: worker\nimage: ghcr.io/acme/${name}:1\n${TIERS}${more}`;

test("of three that want the room of two, each has a place, and the one that goes elsewhere is told why", async () => {
  const { server, token } = broker.access;
  const near = {
    kind: "sandbox",
    simulates: "aci",
    region: "westeurope",
    sandbox: { quota: { resources: 2 } },
  };
  const put = await fetch(`${server}/v1/targets/near`, {
    method: "PUT",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(near),
  });
  expect(put.status).toBe(201);
  expect((await berth("target add sandbox --simulates aws --region eu-west-1")).exit).toBe(0);
  const files = { "jobs.yaml": ["one", "two", "three"].map((name) => worker(name)).join("---\n") };
  const planned = await berth("plan -f jobs.yaml", { files });
  expect(planned, planned.err).toMatchObject({ exit: 0 });
  expect(planned.out.match(/ ACI near westeurope /g)).toHaveLength(2);
  expect(planned.out.match(/ Fargate eu-west-1 .* its room is worth more to others/g)).toHaveLength(1);
  const id = /--change (chg_\w+)/.exec(planned.err)?.[1] ?? "";
  const deployed = await berth(`deploy --change ${id} --timeout 60`);
  expect(deployed, deployed.err).toMatchObject({
    exit: 0,
    out: expect.stringMatching(/^ready in .* · 3 workloads/),
  });
  const stands = await berth(`status ${id}`);
  expect(stands.out.match(/ ready +plan 1 +ACI near westeurope /g)).toHaveLength(2);
}, 60_000);

test("specs of which one has no place are refused with its name, its file and its line, and none is deployed", async () => {
  expect((await berth("target add sandbox --simulates aws --region us-east-1")).exit).toBe(0);
  const disk = "volumes: [{ name: d, path: /d, size: 1Gi, kind: disk }]\n";
  const files = { "all.yaml": `${spec("cart")}---\n${spec("pay", disk)}` };
  for (const verb of ["plan", "deploy"]) {
    const { exit, err } = await berth(`${verb} -f all.yaml`, { files, terminal: true });
    expect(exit).toBe(1);
    expect(err).toMatch(
      /^no place for 1 workload of 2; nothing was changed\n\n {2}pay \(all\.yaml, document 2\): /,
    );
    expect(err).toMatch(/: line 8 \/volumes\/0: Berth does not/);
  }
  expect((await berth("status cart")).exit).toBe(1);
});

test("what only the broker refuses of several specs is shown with the lines of their files", async () => {
  const files = { "all.yaml": `${spec("cart")}---\n${spec("pay", "policy: nobody-put-this\n")}` };
  const { exit, err } = await berth("deploy -f all.yaml", { files });
  expect([exit, err]).toEqual([
    2,
    expect.stringMatching(/^all\.yaml, document 2: 1 problem\n {2}line 8 {3}\/policy {3}/),
  ]);
});
