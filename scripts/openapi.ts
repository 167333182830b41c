import { writeFile } from "node:fs/promises";
import { apiDocument } from "../src/routes/all.ts";

/** Writes `web/openapi.json`, which the edge serves as an asset. A test fails when it is not what the endpoints say. */
const file = new URL("../web/openapi.json", import.meta.url);
await writeFile(file, `${JSON.stringify(apiDocument(), null, 1)}\n`);
