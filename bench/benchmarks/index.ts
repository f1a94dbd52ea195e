import type { Benchmark } from "../benchmark.ts";
import { attending } from "./attending.ts";
import { costs } from "./costs.ts";
import { fanOut } from "./fan-out.ts";
import { growth } from "./growth.ts";
import { heartbeats } from "./heartbeats.ts";
import { heartbeatsHttp } from "./heartbeats-http.ts";
import { sessions } from "./sessions.ts";
import { suggestion } from "./suggestion.ts";

export const benchmarks: readonly Benchmark[] = [
  heartbeats,
  heartbeatsHttp,
  suggestion,
  sessions,
  fanOut,
  attending,
  growth,
  costs,
];
