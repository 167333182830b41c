import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { cliReference } from "../src/cli/reference.ts";

// docs/cli.md is made from the commands themselves; test/cli/reference.test.ts fails when it is out of date.
const file = fileURLToPath(new URL("../docs/cli.md", import.meta.url));
writeFileSync(file, await cliReference());
