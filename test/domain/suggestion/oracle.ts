/**
 * The rules of a finished lesson told once more, in another way: by looking at every moment of a timeline of 15-second
 * ticks, with fractions of BigInts. Shares no code with src/domain.
 */
export interface Moment {
  readonly tick: number;
  readonly present: boolean;
  readonly activeHere: boolean;
  /** Active from here to the next moment. */
  readonly activeUntilNext: boolean;
}

const TICKS_PER_MINUTE = 4;

/** The verdict on the student. All in ticks since the scheduled start; `ended` null: it completed by itself. */
export function expectedVerdict(timeline: readonly Moment[], scheduled: number, ended: number | null, opened: number) {
  const endedEarly = ended !== null && ended < scheduled;
  const end = endedEarly ? ended : scheduled;
  const countedTo = ended === null || endedEarly ? end : Math.min(ended, scheduled + 30 * TICKS_PER_MINUTE);
  const hereBefore = timeline.some(({ tick, present }) => present && tick < opened);
  const start = opened > 0 && opened < end && !hereBefore ? opened : 0;
  const window = timeline.filter(({ tick }) => tick >= start && tick <= countedTo);
  const presence = window.filter(({ present }) => present).map(({ tick }) => tick);
  const activeTicks = window.filter(({ tick, activeUntilNext }) => activeUntilNext && tick < countedTo).length;
  const length = end - start;
  const active = length === 0 ? Number(window.some(({ activeHere }) => activeHere)) : Math.min(activeTicks, length);
  const lateness = presence.length === 0 ? null : presence[0]! - start;
  const gone = presence.length === 0 ? 0 : end - presence.at(-1)!;
  const early = gone > 5 * TICKS_PER_MINUTE ? gone : 0;
  const whole = length === 0 ? 1 : length;
  const [rule, status, confidence] = table(lateness, BigInt(active), BigInt(whole));
  return {
    rule,
    status,
    confidence: endedEarly && confidence === "HIGH" ? "MEDIUM" : confidence,
    connected: lateness !== null,
    latenessMinutes: lateness === null ? null : tenths(lateness, TICKS_PER_MINUTE),
    engagementPercentage: tenths(active * 100, whole),
    activeMinutes: tenths(activeTicks, TICKS_PER_MINUTE),
    sessionMinutes: tenths(length, TICKS_PER_MINUTE),
    leftEarly: early > 0,
    earlyDepartureMinutes: tenths(early, TICKS_PER_MINUTE),
  };
}

function table(lateness: number | null, active: bigint, whole: bigint): readonly [string, string, string] {
  if (lateness === null) return ["S1", "ABSENT", "HIGH"];
  const share = (percent: bigint) => Number(active * 100n - percent * whole);
  if (share(20n) < 0) return ["S2", "ABSENT", "HIGH"];
  if (share(30n) < 0) return ["S2", "ABSENT", "MEDIUM"];
  if (lateness > 60 && share(40n) < 0) return ["S3", "ABSENT", "MEDIUM"];
  if (lateness > 60) return ["S4", "LATE", "MEDIUM"];
  const confidence = share(70n) > 0 ? "HIGH" : share(40n) >= 0 ? "MEDIUM" : "LOW";
  return lateness >= 20 ? ["S5", "LATE", confidence] : ["S6", "PRESENT", confidence];
}

/** numerator / denominator to one decimal, half up, in whole numbers. */
function tenths(numerator: number, denominator: number): number {
  const [n, d] = [BigInt(numerator), BigInt(denominator)];
  return Number((n * 20n + d) / (d * 2n)) / 10;
}
