import { openTemporaryStore } from "../routes/temporary-store.ts";
import { meterContract } from "./meter-contract.ts";

meterContract("libSQL", openTemporaryStore);
