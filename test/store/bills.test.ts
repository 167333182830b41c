import { openTemporaryStore } from "../routes/temporary-store.ts";
import { billsContract } from "./bills-contract.ts";

billsContract("libSQL", openTemporaryStore);
