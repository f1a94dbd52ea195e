import {
  type ASTNode,
  type ASTVisitor,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from "graphql";

export interface OperationLimits {
  /** Fields on the way to the deepest leaf. */
  readonly depth: number;
  readonly aliases: number;
  /** Of the operation's text; what has more is not parsed to its end. */
  readonly tokens: number;
}

/** Depth and aliases of every operation. What starts with __ asks about the schema, where that is allowed at all. */
export function limitRule({ depth, aliases }: OperationLimits): ValidationRule {
  return (context): ASTVisitor => {
    let aliased = 0;
    return {
      Field(field) {
        if (field.alias !== undefined && (aliased += 1) === aliases + 1) {
          context.reportError(tooComplex(`An operation has at most ${aliases} aliases.`, field));
        }
      },
      OperationDefinition(operation) {
        if (depthOf(operation.selectionSet, context, new Map()) > depth) {
          context.reportError(tooComplex(`An operation is at most ${depth} fields deep.`, operation));
        }
      },
    };
  };
}

/** `known` holds the depth of fragments seen; while one is being measured, 0, so that a cycle ends (another rule reports it). */
function depthOf(set: SelectionSetNode | undefined, context: ValidationContext, known: Map<string, number>): number {
  let deepest = 0;
  for (const selection of set?.selections ?? []) {
    switch (selection.kind) {
      case Kind.FIELD:
        if (!selection.name.value.startsWith("__")) {
          deepest = Math.max(deepest, 1 + depthOf(selection.selectionSet, context, known));
        }
        break;
      case Kind.INLINE_FRAGMENT:
        deepest = Math.max(deepest, depthOf(selection.selectionSet, context, known));
        break;
      case Kind.FRAGMENT_SPREAD:
        deepest = Math.max(deepest, depthOfFragment(context.getFragment(selection.name.value), context, known));
        break;
    }
  }
  return deepest;
}

function depthOfFragment(
  fragment: FragmentDefinitionNode | null | undefined,
  context: ValidationContext,
  known: Map<string, number>,
): number {
  if (fragment == null) return 0;
  const name = fragment.name.value;
  if (!known.has(name)) {
    known.set(name, 0);
    known.set(name, depthOf(fragment.selectionSet, context, known));
  }
  return known.get(name) ?? 0;
}

function tooComplex(message: string, node: ASTNode): GraphQLError {
  return new GraphQLError(message, { nodes: node, extensions: { code: "QUERY_TOO_COMPLEX" } });
}
