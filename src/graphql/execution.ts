import {
  type DocumentNode,
  execute,
  type ExecutionArgs,
  type ExecutionResult,
  getOperationAST,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type Source,
} from "graphql";
import { type CompiledQuery, compileQuery, isCompiledQuery } from "graphql-jit";

/** Executes a query or a mutation. */
export type Execute = (args: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult>;

/** Compiling takes milliseconds: what somebody makes up and sends once is never worth it. */
const USES_BEFORE_COMPILED = 20;

interface Known {
  uses: number;
  /** Null: not yet, or not to be. */
  compiled: CompiledQuery | null;
}

/**
 * Executes operations, those that come again and again by code that is compiled for them: a page of 50 sessions takes half
 * of the time then, a heartbeat 15 % less. Not for subscriptions, whose resolvers graphql-jit gives variables for arguments.
 * @param after how often an operation is executed before it is compiled
 */
export function createExecution(after = USES_BEFORE_COMPILED): Execute {
  /** An operation that comes again is the same one: its document is kept. */
  const operations = new WeakMap<OperationDefinitionNode, Known>();

  function compiled(args: ExecutionArgs): CompiledQuery | null {
    const operation = getOperationAST(args.document, args.operationName);
    if (operation == null) return null;
    const known = operations.get(operation) ?? { uses: 0, compiled: null };
    operations.set(operation, known);
    if (known.uses === after) known.compiled = compile(args, operation);
    known.uses += 1;
    return known.compiled;
  }

  return (args) => {
    const query = compiled(args);
    if (query === null) return execute(args);
    const result = query.query(args.rootValue, args.contextValue, args.variableValues);
    return result instanceof Promise ? result.then((settled) => finished(settled, args)) : finished(result, args);
  };
}

function compile(args: ExecutionArgs, operation: OperationDefinitionNode): CompiledQuery | null {
  const { schema, document, operationName } = args;
  if (!isFaithful(document, operation)) return null;
  const query = compileQuery(schema, document, operationName ?? undefined);
  return isCompiledQuery(query) ? query : null;
}

/** Whether compiled code does the same. What it does not is rare, and left to graphql. */
function isFaithful({ loc }: DocumentNode, { variableDefinitions = [] }: OperationDefinitionNode): boolean {
  // As the name of a field it would not be one in an answer, but what the answer is made after.
  if (loc === undefined || loc.source.body.includes("__proto__")) return false;
  // A variable with a default may stand where null may not, and be null all the same: graphql refuses that when it
  // runs, compiled code would hand it on.
  return variableDefinitions.every(
    ({ defaultValue, type }) => defaultValue === undefined || type.kind === Kind.NON_NULL_TYPE,
  );
}

function finished(result: ExecutionResult, args: ExecutionArgs): ReturnType<Execute> {
  if (result.errors === undefined) return result;
  // Variables that do not fit; nothing has run yet, and graphql says it in words that clients know.
  if (result.data === undefined) return execute(args);
  const source = args.document.loc?.source;
  return { ...result, errors: result.errors.map((error) => asOfGraphQL(error, source)) };
}

/** An error as graphql itself would have it: with its place in the text, and the cause of a value that cannot be. */
function asOfGraphQL(error: GraphQLError, source: Source | undefined): GraphQLError {
  const { message, path, locations, originalError } = error;
  const isClients = originalError !== undefined || message.startsWith("Argument ");
  return new GraphQLError(message, {
    source,
    positions: source && locations?.map(({ line, column }) => positionIn(source, line, column)),
    path,
    originalError: isClients ? originalError : new Error(message),
  });
}

function positionIn({ body }: Source, line: number, column: number): number {
  const before = [...body.matchAll(/\r\n|[\n\r]/g)][line - 2];
  return (before === undefined ? 0 : before.index + before[0].length) + column - 1;
}
