// PostGraphile asks for Node 22; this is all that it misses on Node 20.
interface Resolvers {
  promise?: Promise<unknown>;
  resolve?: (value: unknown) => void;
  reject?: (reason: unknown) => void;
}

const promise = Promise as { withResolvers?: () => Resolvers };
promise.withResolvers ??= () => {
  const resolvers: Resolvers = {};
  resolvers.promise = new Promise((resolve, reject) => Object.assign(resolvers, { resolve, reject }));
  return resolvers;
};
