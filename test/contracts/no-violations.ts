import { afterAll, afterEach, expect } from "vitest";
import { takeViolations } from "./ledger.ts";

// Set up before every test file of the project: no test can forget it, and no adapter that catches the error can hide it.
const nothingBroken = () => expect(takeViolations(), "requests and replies outside a contract").toEqual([]);
afterEach(nothingBroken);
// What was sent after the last test, as while something is closed.
afterAll(nothingBroken);
