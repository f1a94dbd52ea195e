import type { Benchmark } from "../benchmark.ts";
import { heartbeats } from "./heartbeats.ts";

export const benchmarks: readonly Benchmark[] = [heartbeats];
