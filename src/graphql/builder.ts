import SchemaBuilder from "@pothos/core";
import PrismaPlugin from "@pothos/plugin-prisma";
import type PrismaTypes from "../generated/pothos.ts";
import { getDatamodel } from "../generated/pothos.ts";
import type { Context } from "./context.ts";
import { DateTime } from "./date-time.ts";

/** Where every type and operation of the schema is registered; a concept has one file of its own beside this. */
export const builder = new SchemaBuilder<{
  Context: Context;
  PrismaTypes: PrismaTypes;
  DefaultFieldNullability: false;
  Scalars: {
    DateTime: { Input: number; Output: number | Date };
    ID: { Input: string; Output: string | number };
  };
}>({
  plugins: [PrismaPlugin],
  defaultFieldNullability: false,
  prisma: { client: (context) => context.prisma, dmmf: getDatamodel() },
});

builder.addScalarType("DateTime", DateTime);
builder.queryType({});
builder.mutationType({});
builder.subscriptionType({});
