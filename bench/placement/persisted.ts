import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freezeUnits } from "../../src/domain/freeze.ts";
import { parseSpec } from "../../src/domain/parse-spec.ts";
import type { Plan } from "../../src/domain/plan.ts";
import type { Spec } from "../../src/domain/spec.ts";
import { revisionHash, templateOf } from "../../src/domain/template.ts";
import type { Packed } from "../../src/policy/pack/market.ts";
import { openLibsqlStore } from "../../src/store/libsql.ts";
import type { Commit, Scope } from "../../src/store/store.ts";
import { median } from "../median.ts";

const ROUNDS = 3;
/** The most of one batch (`commitMany`). */
const BATCH = 500;
const NOW = 1_800_000_000_000;
const SCOPE: Scope = { project: "bench", environment: "production" };

/** Placements written in a second: each a plan, its units, revision, workload and event, compared and set, into a new libSQL file. */
export async function measurePersisted(placements: readonly Packed[]): Promise<number> {
  const commits = placements.map(commitOf);
  const targets = new Set(commits.flatMap(({ plan }) => plan.units.map(({ place }) => place.target ?? "")));
  const figures: number[] = [];
  for (let round = 0; round < ROUNDS; round++) figures.push(await writeAll(commits, targets));
  return median(figures);
}

async function writeAll(commits: readonly Commit[], targets: ReadonlySet<string>): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "berth-bench-"));
  const { store, close } = await openLibsqlStore({ url: `file:${join(folder, "bench.db")}` });
  try {
    for (const name of targets)
      await store.putTarget({
        id: `target-${name}`,
        project: SCOPE.project,
        name,
        kind: "sandbox",
        config: {},
        createdAt: NOW,
      });
    const started = performance.now();
    for (let at = 0; at < commits.length; at += BATCH) {
      const outcomes = await store.commitMany(SCOPE, commits.slice(at, at + BATCH));
      if (!outcomes.every(({ ok }) => ok)) throw new Error("a placement was not written");
    }
    return commits.length / ((performance.now() - started) / 1_000);
  } finally {
    await close();
    await rm(folder, { recursive: true });
  }
}

function commitOf({ id, parts }: Packed): Commit {
  const spec = specOf(id);
  const template = templateOf(spec);
  const revision = revisionHash(spec, []);
  const units = freezeUnits({
    ...SCOPE,
    workloadId: `wl_${id}`,
    generation: 1,
    spec,
    template,
    revision,
    allotments: parts.map(({ offer, replicas }) => ({ offer, replicas: { min: replicas, max: replicas } })),
    standing: [],
    usedIds: new Set(),
    fresh: false,
  });
  const document = { name: id, image: spec.image, port: 8080 };
  const plan: Plan = {
    ...SCOPE,
    id: `plan_${id}`,
    workload: id,
    generation: 1,
    trigger: "deploy",
    actor: "token:bench",
    reason: "created",
    changeId: "chg_bench",
    state: "pending",
    logTail: [],
    createdAt: NOW,
    deadlineAt: NOW + spec.rollout.deadlineSeconds * 1_000,
    units,
    stops: {},
    rollout: spec.rollout,
    route: spec.route,
    revision,
    price: parts[0]?.offer.price,
    explanation: { ranked: [], rejected: [], policy: "default", overrides: [] },
    warnings: [],
  };
  const event = {
    at: NOW,
    type: "plan.committed",
    actor: plan.actor,
    message: plan.reason,
    data: { plan: plan.id },
  };
  return {
    plan,
    expectedGeneration: undefined,
    workload: { ...SCOPE, name: id, id: `wl_${id}`, document, revision, labels: {}, createdAt: NOW },
    revision: { hash: revision, number: 1, spec, document, createdAt: NOW },
    newUnits: units,
    rescaled: [],
    events: [event],
    now: NOW,
  };
}

function specOf(name: string): Spec {
  const parsed = parseSpec({ name, image: "ghcr.io/acme/web:1.4", port: 8080 });
  if (!parsed.ok) throw new Error(`${name} is no name for a workload`);
  return parsed.spec;
}
