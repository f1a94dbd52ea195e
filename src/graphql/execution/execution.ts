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
import { LRUCache } from "lru-cache";
import type { Context } from "./context.ts";
import { expandedSize } from "./expansion.ts";

/** Executes a query or a mutation. */
export type Execute = (args: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult>;

/** Compiling takes milliseconds: an operation that is sent once is never worth it. */
const USES_BEFORE_COMPILED = 20;
/**
 * The largest operation that is compiled, as `expandedSize` counts: the largest of our own clients has 106. One takes 0.1 ms of
 * the event loop for each field; 15 aliases of one fragment had 1,400 and took up to 830 ms.
 */
export const MAX_COMPILED_SIZE = 150;
/** Compiling takes a twentieth of the event loop's time at the most: after 10 ms of it nothing is compiled for 190 ms. */
const COMPILING_PART = 0.05;
/**
 * Bytes of memory that compiled code takes for each field, with what V8 keeps about it once it has run 40 times, and that a
 * document takes for each character.
 */
const BYTES_PER_FIELD = 11_000;
const BYTES_PER_CHARACTER = 60;
/** Some 60 operations as large as those of our own clients. */
const MAX_KEPT_BYTES = 32_000_000;

export interface ExecutionOptions {
  /** How often an operation is executed before it is compiled. */
  readonly after?: number;
  /** Bytes of memory that all compiled operations may take. */
  readonly maxBytes?: number;
  /** Of the event loop's time, the part that compiling may take; 1 is all of it. */
  readonly part?: number;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
}

/**
 * Executes operations. Small ones that people with a token send again and again run as compiled code: a page of 50 sessions
 * takes half of the time then, a heartbeat 15 % less. Not for subscriptions, whose resolvers graphql-jit gives variables for
 * arguments. Anonymous viewers have nothing compiled: they may ask for next to nothing.
 */
export function createExecution(options: ExecutionOptions): Execute {
  const { after = USES_BEFORE_COMPILED, maxBytes = MAX_KEPT_BYTES, part = COMPILING_PART, now } = options;
  /** An operation that comes again is the same object, because its document is kept. Infinite: never to be compiled. */
  const uses = new WeakMap<OperationDefinitionNode, number>();
  const compiled = new LRUCache<OperationDefinitionNode, CompiledQuery>({ maxSize: maxBytes });
  let notBefore = -Infinity;

  function compiledFor(args: ExecutionArgs): CompiledQuery | undefined {
    const operation = getOperationAST(args.document, args.operationName);
    if (operation == null) return undefined;
    const query = compiled.get(operation);
    if (query !== undefined) return query;
    const viewer = (args.contextValue as Pick<Context, "viewer"> | undefined)?.viewer ?? null;
    const used = uses.get(operation) ?? 0;
    if (viewer === null || used === Infinity) return undefined;
    if (used < after) uses.set(operation, used + 1);
    else if (now() >= notBefore) return compileNow(args, operation);
    return undefined;
  }

  function compileNow(args: ExecutionArgs, operation: OperationDefinitionNode): CompiledQuery | undefined {
    const began = now();
    const size = expandedSize(args.schema, args.document, operation);
    const query = size > MAX_COMPILED_SIZE ? null : compile(args, operation);
    const ended = now();
    notBefore = ended + (ended - began) * (1 / part - 1);
    if (query === null) {
      uses.set(operation, Infinity);
      return undefined;
    }
    const bytes = size * BYTES_PER_FIELD + (args.document.loc?.source.body.length ?? 0) * BYTES_PER_CHARACTER;
    compiled.set(operation, query, { size: bytes });
    // If it is dropped, it must be used as often again.
    uses.set(operation, 0);
    return query;
  }

  return (args) => {
    const query = compiledFor(args);
    if (query === undefined) return execute(args);
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

/** Whether compiled code gives the same answer. The exceptions are rare, and left to graphql. */
function isFaithful({ loc }: DocumentNode, { variableDefinitions = [] }: OperationDefinitionNode): boolean {
  if (loc === undefined) return false;
  const { body } = loc.source;
  // As the name of a field it would not be one in an answer, but what the answer is made after.
  if (body.includes("__proto__")) return false;
  // With @skip and @include graphql-jit 0.8.9 leaves out fields of a fragment that is spread twice, once under a condition,
  // and gives the others in another order.
  if (body.includes("@")) return false;
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
