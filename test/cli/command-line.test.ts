import { describe, expect, test } from "vitest";
import { COMMANDS, loadCommands } from "../../src/cli/commands.ts";
import { commandHelp } from "../../src/cli/help.ts";
import { parseCommandLine } from "../../src/cli/parse-command-line.ts";
import { desk } from "./desk.ts";

const commands = await loadCommands();

describe("every command", () => {
  test.each(commands)(
    "$name has a summary that fits a line, and an example that its own parser takes",
    (command) => {
      expect(command.summary.length).toBeGreaterThan(10);
      expect(command.summary.length).toBeLessThanOrEqual(62);
      expect(command.examples.length).toBeGreaterThan(0);
      for (const { line } of command.examples) {
        const words = shellWords(line);
        const from = words.indexOf("berth") + 1;
        expect(words.slice(from).join(" "), line).toMatch(new RegExp(`^${command.name}( |$)`));
        const rest = words.slice(from + command.name.split(" ").length);
        expect(() => parseCommandLine(command, rest), line).not.toThrow();
      }
    },
  );

  test.each(commands)("$name has help of at most 80 columns that names all its flags", (command) => {
    const help = commandHelp(command);
    for (const line of help.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
    for (const flag of command.flags) expect(help).toContain(`--${flag.name}`);
  });

  test("is listed under the name it is found by", () => {
    expect(commands.map(({ name }) => name)).toEqual(Object.keys(COMMANDS));
  });

  test.each(commands.map(({ name }) => name))("%s answers --help on stdout with status 0", async (name) => {
    const cli = desk();
    expect(await cli.run(...name.split(" "), "--help")).toBe(0);
    expect(cli.out()).toContain(`berth ${name}: `);
    expect(cli.err()).toBe("");
  });
});

const refusals: readonly (readonly [line: string, says: string])[] = [
  ["deploi", "there is no command berth deploi; did you mean berth deploy?"],
  ["target ad", "there is no command berth target ad; did you mean berth target add?"],
  ["frobnicate", "there is no command berth frobnicate\n"],
  ["target", "berth target needs a verb: add, list, check, trust, unrecognised, purge, remove"],
  ["--json status", "say the command before its flags: berth COMMAND --json"],
  ["status --jsn", "berth status has no flag --jsn; did you mean --json?"],
  ["status -x", "berth status has no flag -x\n"],
  ["status one two", 'berth status does not take "two"'],
  ["logs", "berth logs needs NAME: the workload"],
  ["plan", "berth plan needs -f FILE: the spec"],
  ["deploy", "berth deploy needs -f FILE or --plan ID"],
  ["plan -f", "-f needs a value: -f FILE"],
  ["plan -f --json", "-f needs a value, and --json looks like a flag"],
  ["plan -f a -f b", "-f is given twice"],
  ["status --json=yes", "--json takes no value"],
  ["deploy -f web.yaml --timeout soon", '--timeout takes seconds from 1 to 86400, not "soon"'],
  ["logs web --tail all", '--tail takes a number of lines from 0 to 10000, not "all"'],
  ["status --server localhost:8787", '"localhost:8787" is not the URL of a broker'],
  ["target add home", '"home" is no kind of place; there are aws, azure, gcp, agents and sandbox'],
  ["target add agents", "a target of agents needs its pool"],
  ["target add sandbox --simulates aws", "a sandbox needs a cloud and a region"],
  ["target add sandbox --simulates moon --region x", '--simulates takes ecs, aci or cloud-run, not "moon"'],
  ["target add agents --pool home --region x", "--region means nothing for agents"],
  ["target add aws", "a target of aws needs a name"],
  ["target add azure prod --region x", "a target of azure needs --subscription, --tenant"],
  ["target add gcp prod --account 1", "--account means nothing for gcp"],
  ["target add agents --pool home --secret x", "--secret means nothing for agents"],
  ["target add gcp prod --print yaml", '--print takes json, shell or terraform, not "yaml"'],
  ["issuer export", "berth issuer export needs --out DIR"],
  ["token create ci --days never", '--days takes a number from 1 to 3650, not "never"'],
  ["init --port 0", '--port takes a number from 1 to 65535, not "0"'],
  ["init --name Web_1", '"Web_1": a workload\'s name has'],
  ["deploy --plan plan_1 -f web.yaml", "--plan deploys what was shown, so --file cannot change it"],
];

test.each(refusals)("berth %s is refused with status 2 and says what is meant", async (line, says) => {
  const cli = desk({ files: { "web.yaml": "name: web\nimage: a/b:1\nport: 80\n" } });
  expect(await cli.run(...line.split(" "))).toBe(2);
  expect(cli.err()).toContain(says);
  expect(cli.out()).toBe("");
});

test("berth alone lists every command within 80 columns", async () => {
  const cli = desk();
  expect(await cli.run()).toBe(0);
  for (const { name } of commands) expect(cli.out()).toMatch(new RegExp(`^  ${name}( |$)`, "m"));
  for (const line of cli.out().split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
});

test.each(["--version", "-V", "version"])("berth %s prints the version", async (word) => {
  const cli = desk();
  expect(await cli.run(word)).toBe(0);
  expect(cli.out()).toBe("berth 0.0.0\n");
});

test("berth help takes a command, a noun with its verbs, and nothing else", async () => {
  const one = desk();
  await one.run("help", "target", "add");
  expect(one.out()).toMatch(/^berth target add: /);
  const noun = desk();
  expect(await noun.run("target", "--help")).toBe(0);
  for (const verb of ["add", "list", "check", "remove"])
    expect(noun.out()).toContain(`berth target ${verb}: `);
  expect(await desk().run("help", "nonsense")).toBe(2);
});

test("berth serve ends as the broker it started ended", async () => {
  const cli = desk();
  expect(await cli.run("serve")).toBe(0);
  expect(cli.served()).toBe(1);
});

/** The words of an example as a shell would cut them; quotes hold words together. */
function shellWords(line: string): readonly string[] {
  const inner = line.replace(/^export \w+=\$\((.*)\)$/, "$1");
  return [...inner.matchAll(/'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? "");
}
