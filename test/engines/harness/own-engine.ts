import { afterAll, beforeAll } from "vitest";
import { busyboxImage } from "../../../src/agent/image/busybox-image.ts";
import { startEngine, type TestEngine } from "./engine.ts";
import { type EngineKind, installEngines } from "./install.ts";
import { createNetwork, type Network } from "./network.ts";

/** A first run installs the engine. */
const START_MS = 120_000;
const REMOVE_MS = 60_000;

/** An engine and the network of its host. */
export interface OwnEngine {
  readonly network: Network;
  readonly engine: TestEngine;
}

/** Starts an engine for the tests around the call, which has busybox and nothing else, and removes it when they are through. */
export function ownEngine(kind: EngineKind, started: (own: OwnEngine) => void): void {
  let network: Network | undefined;
  let engine: TestEngine | undefined;
  beforeAll(async () => {
    await installEngines([kind]);
    network = await createNetwork();
    engine = await startEngine(kind, await network.addHost());
    const image = await busyboxImage({ name: "localhost/busybox:1", entrypoint: ["/bin/sh"] });
    if (image === undefined) throw new Error("no static busybox on this host");
    await engine.api.load(image.tar());
    started({ network, engine });
  }, START_MS);
  afterAll(async () => {
    await engine?.remove();
    await network?.remove();
  }, REMOVE_MS);
}
