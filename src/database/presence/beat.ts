import type { Millis } from "../../domain/model.ts";
import type { Beat, BeatRow, LockedBeat } from "../../services/shared/ports.ts";
import { ms, type Queryable, time } from "../sql.ts";

// The fast path of heartbeats and pongs, one statement for hundreds: an open span of a live connection, the same
// activity, silent for no more than a lease. Everything else is answered by its absence and decided by the domain.
// Both times the way to a span is the primary key, whatever the statistics say (the open span is the last one): those of
// last night know of no open spans, and by the indexes on these 1,000 beats among 10,000 open spans took 2 s. Whiteboard
// sessions are locked in the order of their ids: unordered batches were seen to fall from 23,600 to 159 a second.
// It waits for no row: one that somebody keeps would hold up everybody. What is locked is answered with no time.
const BEAT = `
with hit as materialized (
  select s.connection_id, s.seq, s.whiteboard_session_id, ${time("b.at")} as at
  from unnest($1::uuid[], $2::int[], $3::boolean[], $4::float8[]) as b (connection_id, user_id, active, at)
  cross join lateral (
    select * from connection_spans s where s.connection_id = b.connection_id order by s.seq desc limit 1) s
  where s.ended_at is null and s.evidence = 'live' and (b.user_id is null or s.user_id = b.user_id) and (b.active is null or s.active = b.active)
  order by s.whiteboard_session_id, s.connection_id),
whiteboard as materialized (
  select h.* from hit h
  cross join lateral (
    select from whiteboard_sessions w where w.id = h.whiteboard_session_id for no key update skip locked) w),
locked as materialized (
  select r.* from whiteboard r
  cross join lateral (
    select from connection_spans s
    where s.connection_id = r.connection_id and s.seq = r.seq for no key update skip locked) s),
beaten as (
  update connection_spans s set last_seen_at = greatest(s.last_seen_at, l.at)
  from locked l
  where s.connection_id = l.connection_id and s.seq = l.seq and coalesce(s.ended_at, 'infinity') = 'infinity'
    and s.last_seen_at >= l.at - $5::float8 * interval '1 millisecond'
  returning s.connection_id, s.whiteboard_session_id, s.role, s.last_seen_at),
touched as (
  update whiteboard_sessions w set
    tutor_last_activity_at = greatest(w.tutor_last_activity_at, n.tutor_at),
    student_last_activity_at = greatest(w.student_last_activity_at, n.student_at)
  from (
    select whiteboard_session_id, max(last_seen_at) filter (where role = 'tutor') as tutor_at,
      max(last_seen_at) filter (where role = 'student') as student_at
    from beaten group by whiteboard_session_id) n
  where w.id = n.whiteboard_session_id)
select connection_id as "connectionId", whiteboard_session_id as "whiteboardSessionId", upper(role) as role,
  ${ms("last_seen_at")} as "lastSeenAt"
from beaten
union all
select h.connection_id, null, null, null from hit h where h.connection_id not in (select connection_id from locked)`;

export async function beat(db: Queryable, beats: readonly Beat[], lease: Millis): Promise<(BeatRow | LockedBeat)[]> {
  return db.$queryRawUnsafe<(BeatRow | LockedBeat)[]>(
    BEAT,
    beats.map((b) => b.connectionId),
    beats.map((b) => b.userId),
    beats.map((b) => b.active),
    beats.map((b) => b.at),
    lease,
  );
}
