import { describe } from "vitest";
import type { EngineKind } from "./install.ts";

const KINDS: readonly EngineKind[] = ["podman", "docker"];

/**
 * The same tests on both engines, each of its own and in a network of its own: one after another on an engine, and the engines side
 * by side, for most of their time is waiting. `%s` in the name is the engine's.
 */
export function onEachEngine(name: string, tests: (kind: EngineKind) => void): void {
  describe.concurrent.each(KINDS)(name, (kind) => {
    describe("in turn", { concurrent: false }, () => tests(kind));
  });
}
