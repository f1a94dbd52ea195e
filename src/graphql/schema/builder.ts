import SchemaBuilder from "@pothos/core";
import type { Person } from "../../services/shared/records.ts";
import type { WhiteboardRow, ShownSession } from "../../services/sessions/session-store.ts";
import type { Context } from "../execution/context.ts";
import { DateTime } from "./date-time.ts";

/** Where every type and operation of the schema is registered; a concept has one file of its own beside this. */
export const builder = new SchemaBuilder<{
  Context: Context;
  DefaultFieldNullability: false;
  /** Those that types refer to in a circle. */
  Objects: { Session: ShownSession; WhiteboardSession: WhiteboardRow; User: Person };
  Scalars: {
    DateTime: { Input: number; Output: number | Date };
    ID: { Input: string; Output: string | number };
  };
}>({
  defaultFieldNullability: false,
});

builder.addScalarType("DateTime", DateTime);
builder.queryType({ description: "Reads. Nothing is changed." });
builder.mutationType({
  description: "Changes. Those of one request run one after the other, and each commits by itself.",
});
builder.subscriptionType({ description: "What goes on, over WebSocket or SSE." });
