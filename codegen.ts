import type { CodegenConfig } from "@graphql-codegen/cli";

/** Typed documents for src/client, from schema.graphql (itself printed from src/graphql). Reads and writes files only. */
const config: CodegenConfig = {
  schema: "schema.graphql",
  documents: ["src/client/operations.graphql"],
  generates: {
    "src/client/generated/graphql.ts": {
      plugins: ["typescript-operations", "typed-document-node"],
      config: {
        documentMode: "string",
        // Lets a bundler drop the documents that a page does not use.
        pureMagicComment: true,
        useTypeImports: true,
        strictScalars: true,
        // Ids of the schema are strings on the way out; on the way in a number does as well.
        scalars: { DateTime: "string", ID: { input: "string | number", output: "string" } },
        enumType: "string-literal",
        immutableTypes: true,
      },
    },
  },
};

export default config;
