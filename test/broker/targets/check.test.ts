import { afterEach, beforeEach, expect, test } from "vitest";
import type { Adapter } from "../../../src/adapters/adapter.ts";
import { checkTarget } from "../../../src/broker/check-target.ts";
import { builtInBook } from "../../../src/catalog/shipped-book.ts";
import { cloudOffers } from "../../../src/catalog/cloud-offers.ts";
import type { Needs } from "../../../src/domain/needs.ts";
import type { Caller } from "../../../src/broker/ports.ts";
import { ensureDefaultProject } from "../../../src/broker/projects.ts";
import { putTarget } from "../../../src/broker/targets.ts";
import { AdapterError } from "../../../src/domain/fault.ts";
import type { CheckLine } from "../../../src/domain/trust.ts";
import { openTemporaryStore } from "../../routes/temporary-store.ts";
import type { OpenStore } from "../../store/contract.ts";
import { cloudLike, targetPorts, type TargetPorts } from "./cloud-like.ts";

let opened: OpenStore;
let ports: TargetPorts;
let caller: Caller;
beforeEach(async () => {
  opened = await openTemporaryStore();
  ports = targetPorts(opened.store, () => cloudLike());
  const project = await ensureDefaultProject(ports);
  caller = { project, environment: "production", actor: "token:test" };
  await putTarget(ports, caller, "aws", { kind: "sandbox", simulates: "ecs", region: "eu-west-1" });
});
afterEach(async () => opened.close());

const checked = (over: Partial<Adapter>) =>
  checkTarget({ ...ports, open: () => cloudLike(over) }, caller, "aws");
const LINES: readonly CheckLine[] = [
  { name: "ecs:CreateService", verdict: "cannot be proved", message: "AWS has no dry run of it." },
  { name: "quota", verdict: "ok", message: "12 of 20 vCPUs are free." },
];

test("what the account proves stands beside the offers, each with its verdict", async () => {
  const { checks, ok } = await checked({ check: async () => LINES });
  expect(checks.map(({ name, verdict, ok: fine }) => [name, verdict, fine])).toEqual([
    ["offers", "refused", false],
    ["ecs:CreateService", "cannot be proved", true],
    ["quota", "ok", true],
  ]);
  expect(ok).toBe(false);
});

test("what cannot be proved is no refusal", async () => {
  const sold = async (needs: Needs) => {
    const path = { transport: "tls", reach: "name", bypassable: true } as const;
    return cloudOffers("ecs", "eu-west-1", needs, builtInBook()).map((offer) => ({ ...offer, path }));
  };
  const { checks, ok } = await checked({ check: async () => LINES, offers: sold });
  expect(checks[0]).toMatchObject({
    verdict: "ok",
    message: expect.stringMatching(/^\d+ of \d+ offers can take a small service$/),
  });
  expect(ok).toBe(true);
});

test("an account that lets nothing be asked is a refused line with the sentence, never a failed request", async () => {
  const denied = async (): Promise<never> => {
    throw new AdapterError("denied", "AWS does not trust this subject; apply the trust document.");
  };
  const { checks, ok } = await checked({ check: denied, offers: denied });
  expect(checks.map(({ name, verdict }) => [name, verdict])).toEqual([
    ["offers", "refused"],
    ["account", "refused"],
  ]);
  expect(checks[1]?.message).toContain("apply the trust document");
  expect(ok).toBe(false);
});

test("a target that cannot be opened says why", async () => {
  const open = (): never => {
    throw new AdapterError("invalid", "This instance lets no target name its own endpoints.");
  };
  const { checks } = await checkTarget({ ...ports, open }, caller, "aws");
  expect(checks).toEqual([
    {
      name: "configuration",
      verdict: "refused",
      ok: false,
      message: "This instance lets no target name its own endpoints.",
    },
  ]);
});
