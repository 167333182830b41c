#!/usr/bin/env node
// The one file that is not TypeScript: to read even one such file Node first loads what strips its types, which takes longer than all the
// rest of `berth --help`. What comes after this line is taken from the cache, stripped and compiled, at every start but the first.
import { enableCompileCache } from "node:module";

enableCompileCache();

await import("./cli.ts");
