import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { apiDocument } from "../src/routes/all.ts";

/** Writes `web/openapi.json`, which the edge serves as an asset. A test fails when it is not what the endpoints say. */
const file = fileURLToPath(new URL("../web/openapi.json", import.meta.url));
const formatter = fileURLToPath(new URL("../node_modules/.bin/oxfmt", import.meta.url));
await writeFile(file, `${JSON.stringify(apiDocument(), null, 2)}\n`);
await promisify(execFile)(formatter, [file]);
