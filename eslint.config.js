import js from "@eslint/js";
import hooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

export default tseslint.config(
  {
    ignores: [
      "dist",
      "coverage",
      "src/generated",
      "src/client/generated",
      "console/generated",
      "test/generated",
      "prisma/schema-engine.mjs",
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ["eslint.config.js"] } } },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/require-await": "off",
      eqeqeq: ["error", "always", { null: "ignore" }],
    },
  },
  // A test says what it expects of an answer by reading it.
  {
    files: ["test/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      "@typescript-eslint/no-unsafe-call": "off",
    },
  },
  { files: ["console/**/*.{ts,tsx}"], ...hooks.configs.flat.recommended },
  // The browser's clock may be wrong by days.
  {
    files: ["console/**/*.{ts,tsx}"],
    rules: {
      "no-restricted-properties": ["error", { object: "Date", property: "now", message: "Take the server's clock." }],
      // A handler of an event may be async: what it rejects with it has to see to itself.
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
    },
  },
  {
    files: ["eslint.config.js", "**/*.mjs"],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      globals: Object.fromEntries(
        ["clearInterval", "console", "fetch", "process", "setInterval", "setTimeout", "URL"].map((name) => [
          name,
          "readonly",
        ]),
      ),
    },
  },
  // A catch says which errors it expects, or passes on or logs what it got: else a fault of ours is never seen.
  {
    files: ["src/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", caughtErrors: "all", caughtErrorsIgnorePattern: "^$" },
      ],
      "no-restricted-syntax": [
        "error",
        ...[
          "CatchClause[param=null]",
          "CallExpression[callee.property.name='catch'] > :function.arguments[params.length=0]",
          "CallExpression[callee.property.name='catch'] > :function.arguments[params.0.name=/^_/]",
          "CallExpression[callee.property.name='then'] > :function.arguments:nth-child(2)[params.length=0]",
        ].map((selector) => ({
          selector,
          message: "Look at the error: expectKind, expectCode, log it, or throw it on.",
        })),
      ],
    },
  },
  // Time, randomness and the environment enter through the composition root only, so that every rule runs on a fake clock.
  {
    files: ["src/domain/**/*.ts", "src/services/**/*.ts", "src/graphql/**/*.ts"],
    rules: {
      "no-restricted-globals": ["error", "process", "setTimeout", "setInterval", "performance"],
      "no-restricted-properties": [
        "error",
        { object: "Date", property: "now", message: "Take the clock." },
        { object: "Math", property: "random", message: "Take the source of ids." },
      ],
    },
  },
);
