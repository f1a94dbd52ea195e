import type { CodegenConfig } from "@graphql-codegen/cli";

/** What both say of the schema's types. */
const shared = {
  useTypeImports: true,
  strictScalars: true,
  // Ids of the schema are strings on the way out; on the way in a number does as well.
  scalars: { DateTime: "string", ID: { input: "string | number", output: "string" } },
  enumType: "string-literal",
  immutableTypes: true,
};

/**
 * Typed documents for src/client and for the console, from schema.graphql (itself printed from src/graphql). Reads and
 * writes files only. The console's are parsed already, because its normalised cache walks them.
 */
const config: CodegenConfig = {
  schema: "schema.graphql",
  importExtension: ".ts",
  generates: {
    "src/client/generated/graphql.ts": {
      documents: ["src/client/operations.graphql"],
      plugins: ["typescript-operations", "typed-document-node"],
      // Lets a bundler drop the documents that a page does not use.
      config: { ...shared, documentMode: "string", pureMagicComment: true },
    },
    "console/generated/": {
      documents: ["console/operations.ts"],
      preset: "client",
      presetConfig: { fragmentMasking: false, skipIndexFile: true },
      config: { ...shared, documentMode: "documentNode" },
    },
  },
};

export default config;
