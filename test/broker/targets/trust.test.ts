import { decodeJwt } from "jose";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Caller } from "../../../src/broker/ports.ts";
import { readIssuer } from "../../../src/broker/issuer.ts";
import { ensureDefaultProject } from "../../../src/broker/projects.ts";
import { readTrust } from "../../../src/broker/target-trust.ts";
import { deleteTarget, putTarget } from "../../../src/broker/targets.ts";
import { Fault } from "../../../src/domain/fault.ts";
import type { Store } from "../../../src/store/store.ts";
import { openTemporaryStore } from "../../routes/temporary-store.ts";
import type { OpenStore } from "../../store/contract.ts";
import { cloudLike, targetPorts, type TargetPorts } from "./cloud-like.ts";

const BODY = { kind: "sandbox", simulates: "ecs", region: "eu-west-1" };
let opened: OpenStore;
let ports: TargetPorts;
let caller: Caller;
beforeEach(async () => {
  opened = await openTemporaryStore();
  ports = targetPorts(opened.store, () => cloudLike());
  const project = await ensureDefaultProject(ports);
  caller = { project, environment: "production", actor: "token:test" };
});
afterEach(async () => opened.close());

test("trust names the issuer, the audience and the one subject of this target, as its tokens do", async () => {
  await putTarget(ports, caller, "aws", BODY);
  const trust = await readTrust(ports, caller, "aws");
  const target = await opened.store.target(caller.project.id, "aws");
  if (target === undefined) throw new Error("no target");
  const subject = `berth:${caller.project.id}:${target.id}`;
  expect(trust).toEqual({
    target: "aws",
    issuer: "https://berth.example",
    subject,
    audience: "sts.amazonaws.com",
    documents: [{ title: "Trust", format: "json", text: `${subject} of https://berth.example` }],
  });
  const token = (await ports.issuer?.assertion(target, "sts.amazonaws.com")) ?? "";
  expect(decodeJwt(token)).toMatchObject({ iss: trust.issuer, sub: trust.subject, aud: trust.audience });
});

test("a name that is used again inherits no trust; a change of the same target keeps it", async () => {
  await putTarget(ports, caller, "aws", BODY);
  const first = await readTrust(ports, caller, "aws");
  await putTarget(ports, caller, "aws", { ...BODY, region: "us-east-1" });
  expect((await readTrust(ports, caller, "aws")).subject).toBe(first.subject);
  await deleteTarget(ports, caller, "aws");
  await putTarget(ports, caller, "aws", BODY);
  expect((await readTrust(ports, caller, "aws")).subject).not.toBe(first.subject);
});

test("not even when the name is freed while somebody changes it", async () => {
  await putTarget(ports, caller, "aws", BODY);
  const first = await readTrust(ports, caller, "aws");
  const freedMeanwhile: Store = {
    ...opened.store,
    putTarget: async (...row) => {
      await deleteTarget(ports, caller, "aws");
      return opened.store.putTarget(...row);
    },
  };
  await putTarget({ ...ports, store: freedMeanwhile }, caller, "aws", BODY);
  expect((await readTrust(ports, caller, "aws")).subject).not.toBe(first.subject);
});

test("what this instance does not let a target be is refused when it is put, and nothing is stored", async () => {
  const refused = new Fault("invalid-body", "This instance lets no target name its own endpoints.");
  const open = () => {
    throw refused;
  };
  await expect(putTarget({ ...ports, open }, caller, "aws", BODY)).rejects.toBe(refused);
  expect(await opened.store.target(caller.project.id, "aws")).toBeUndefined();
});

test("without an issuer there is nobody to trust, and the answer says what to set", async () => {
  await putTarget(ports, caller, "aws", BODY);
  const without = { ...ports, issuer: undefined };
  for (const asked of [readTrust(without, caller, "aws"), readIssuer(without)])
    await expect(asked).rejects.toMatchObject({
      code: "not-found",
      message: expect.stringContaining("BERTH_ISSUER_URL"),
    });
});
