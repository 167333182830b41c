import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_SPECS } from "../../src/cli/spec-files.ts";
import { splitDocuments } from "../../src/cli/split-documents.ts";
import { parseDocument } from "../../src/domain/parse-document.ts";
import { MAX_MEMBERS } from "../../src/store/change-store.ts";
import { aChange } from "./change-script.ts";
import { desk, type DeskOptions } from "./desk.ts";
import { ok, problem, scriptedBroker, type Script } from "./scripted-broker.ts";

const spec = (name: string, more = "") => `name: ${name}\nimage: ghcr.io/acme/${name}:1\nport: 8080\n${more}`;
const named = (name: string) => expect.objectContaining({ name });

/** The specs that a dry run of these files sends together. */
async function sent(files: Readonly<Record<string, string>>, path: string, options: DeskOptions = {}) {
  const broker = await scriptedBroker({ "POST /v1/changes": () => ok(aChange([])) });
  const cli = desk({ server: broker.url, files, ...options });
  expect(await cli.run("plan", "-f", path), cli.err()).toBe(0);
  return broker.calls[0]?.body;
}

async function refused(
  files: Readonly<Record<string, string>>,
  line: string,
  script: Script = {},
  options: DeskOptions = {},
) {
  const broker = await scriptedBroker(script);
  const cli = desk({ server: broker.url, files, ...options });
  expect(await cli.run(...line.split(" ")), cli.err()).toBe(2);
  return { err: cli.err(), calls: broker.calls, out: cli.out() };
}

describe("specs that are read together", () => {
  test("are the documents of a file, in their order, without those that say nothing", async () => {
    const text = `# ours\n---\n${spec("web")}--- # next\n${spec("api")}...\n---\n# later: cache\n`;
    expect(await sent({ "all.yaml": text }, "all.yaml")).toEqual({
      specs: [named("web"), named("api")],
      dryRun: true,
    });
  });

  test("come through standard input, too", async () => {
    const stdin = `${spec("web")}---\n${spec("api")}`;
    expect(await sent({}, "-", { stdin })).toMatchObject({ specs: [named("web"), named("api")] });
  });

  test.each(["apps", "apps/"])(
    "are the files of the folder %s by name, without hidden and other ones",
    async (path) => {
      const files = {
        "apps/c.json": JSON.stringify({ name: "c", image: "a/c:1", port: 80 }),
        "apps/b.yml": spec("b"),
        "apps/a.yaml": `${spec("a1")}---\n${spec("a2")}`,
        "apps/.a.yaml": "not: ours",
        "apps/README.md": "# ours",
        "apps/old/z.yaml": spec("z"),
      };
      const body = { specs: ["a1", "a2", "b", "c"].map(named) };
      expect(await sent(files, path)).toMatchObject(body);
    },
  );

  test("of which there is only one are deployed as one always was", async () => {
    const plan = problem(503, "unavailable", "later");
    const broker = await scriptedBroker({
      "POST /v1/plans": () => plan,
      "PUT /v1/workloads/web": () => plan,
    });
    const files = { "apps/web.yaml": `---\n${spec("web")}---\n# nothing else\n` };
    const cli = desk({ server: broker.url, files });
    await cli.run("plan", "-f", "apps", "--image", "ghcr.io/acme/web:2");
    await cli.run("deploy", "-f", "apps", "--no-wait");
    const sentTo = broker.calls.filter(({ method }) => method !== "GET").map(({ path }) => path);
    expect([...new Set(sentTo)]).toEqual(["/v1/plans", "/v1/workloads/web"]);
    expect(broker.calls[0]?.body).toMatchObject({ spec: { image: "ghcr.io/acme/web:2" } });
  });
});

describe("what is wrong with several specs", () => {
  test("is shown of all at once, each with the line in its own file, before any broker is asked", async () => {
    const files = {
      "apps/all.yaml": `${spec("web")}---\n${spec("api", "resources: { memmory: 1Gi }\n")}---\nname: [x\n`,
      "apps/job.yaml": spec("job", "scale: { min: 3, max: 2 }\n"),
    };
    const { err, calls } = await refused(files, "deploy -f apps");
    expect(err.split("\n")).toEqual([
      "apps/all.yaml, document 2: 1 problem",
      "  line 8   /resources/memmory   unknown field; did you mean memory?",
      "apps/all.yaml, document 3: 1 problem",
      expect.stringMatching(/^ {2}line 11 is not YAML: /),
      "apps/job.yaml: 1 problem",
      expect.stringMatching(/^ {2}line 4 {3}\/scale\/max {3}\S/),
      "",
    ]);
    expect(calls).toEqual([]);
  });

  test("is a name that two have: both places are said", async () => {
    const files = { "apps/a.yaml": `${spec("api")}---\n${spec("web")}`, "apps/b.yaml": spec("web") };
    expect((await refused(files, "plan -f apps")).err).toBe(
      "apps/b.yaml: 1 problem\n  line 1   /name   web is the name in apps/a.yaml, document 2, line 5 too; give each spec a name of its own\n",
    );
  });

  test("is shown with the files' own lines when only the broker finds it", async () => {
    const errors = [
      { pointer: "/specs/1/image", detail: "this registry is not allowed" },
      { pointer: "/specs/2", detail: "is no workload of this project" },
    ];
    const no = problem(400, "invalid-spec", "The specs have problems.", { errors });
    const files = { "all.yaml": `${spec("web")}---\n${spec("api")}---\n${spec("job")}` };
    for (const verb of ["plan", "deploy"])
      expect((await refused(files, `${verb} -f all.yaml`, { "POST /v1/changes": () => no })).err).toBe(
        `all.yaml, document 2: 1 problem
  line 6   /image   this registry is not allowed
all.yaml, document 3: 1 problem
  line 9   is no workload of this project
`,
      );
  });

  test("and of no file is said in the broker's own words", async () => {
    const errors = [{ pointer: "/source/sequence", detail: "must be a whole number" }];
    const no = problem(400, "invalid-body", "The body has problems.", { errors });
    const files = { "all.yaml": `${spec("web")}---\n${spec("api")}` };
    const { err } = await refused(files, "deploy -f all.yaml", { "POST /v1/changes": () => no });
    expect(err).toBe("The body has problems.\n  /source/sequence  must be a whole number\n");
  });
});

const two = { "all.yaml": `${spec("web")}---\n${spec("api")}` };
const many = Object.fromEntries(
  Array.from({ length: MAX_SPECS + 1 }, (_, n) => [`many/${n}.yaml`, spec(`web${n}`)]),
);
test.each<readonly [string, Readonly<Record<string, string>>, string]>([
  ["deploy -f all.yaml --image a/b:2", two, "--image is for one spec, and all.yaml holds 2"],
  ["plan -f all.yaml --policy eu.yaml", two, "--policy asks what if of one spec, and all.yaml holds 2"],
  ["plan -f all.yaml --all", two, "--all ranks the places of one spec, and all.yaml holds 2"],
  ["deploy -f many", many, "many holds more than 50 specs"],
  ["deploy -f docs", { "docs/a.md": "x" }, "docs holds no spec: no file in it ends in .yaml, .yml or .json"],
  ["deploy -f nowhere", {}, "nowhere cannot be read: there is no such file"],
  ["deploy --change chg_1 -f all.yaml", two, "--change deploys what was shown, so --file cannot change it"],
  ["deploy --change chg_1 --redeploy", {}, "--change deploys what was shown, so --redeploy cannot change it"],
  ["deploy --plan plan_1 --change chg_1", {}, "--plan deploys what was shown, so --change cannot change it"],
])("berth %s is refused with a sentence and what to do instead", async (line, files, says) => {
  const { err, calls } = await refused(files, line);
  expect(err).toMatch(new RegExp(`^${says.replaceAll(".", "\\.")}`));
  expect(calls).toEqual([]);
});

test("as many specs as the broker takes in one change are sent, and no more", async () => {
  expect(MAX_SPECS).toBe(MAX_MEMBERS);
  const most = Object.fromEntries(Object.entries(many).slice(1));
  const specs = Array.from({ length: MAX_SPECS }, () => expect.anything());
  expect(await sent(most, "many")).toMatchObject({ specs });
});

describe("a text of several documents", () => {
  const value = fc.oneof(
    fc.constantFrom("x", "|\n  ---\n  a", '"--- ..."', "[1,\n  2]", "{ y: '---' }"),
    fc.nat().map(String),
  );
  const document = fc.array(value, { minLength: 1, maxLength: 4 }).map((values) => ({
    text: values.map((one, index) => `k${index}: ${one}\n`).join(""),
    keys: values.length,
  }));
  const divider = fc.constantFrom("---\n", "--- # next\n", "...\n---\n", "---\r\n", "---\n# none\n---\n");

  test("is divided into the documents that were put together, and each field keeps its line", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(divider, document), { minLength: 1, maxLength: 5 }), (parts) => {
        const whole = parts.map(([before, { text }]) => before + text).join("");
        const found = splitDocuments(whole);
        expect(found.map(({ number }) => number)).toEqual(parts.map((_, index) => index + 1));
        for (const [index, { text }] of found.entries()) {
          const parsed = parseDocument(text, "application/yaml");
          const line = parsed.lineOf("/k0") ?? 0;
          const keys = parsed.ok ? Object.keys(Object(parsed.document)) : parsed.problems;
          expect(keys).toHaveLength(parts[index]?.[1].keys ?? -1);
          expect(whole.split("\n")[line - 1]).toBe(parts[index]?.[1].text.split("\n")[0]);
        }
      }),
    );
  });
});
