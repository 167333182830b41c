import { openTemporaryStore } from "../routes/temporary-store.ts";
import { runsContract } from "./runs-contract.ts";

runsContract("libSQL", openTemporaryStore);
