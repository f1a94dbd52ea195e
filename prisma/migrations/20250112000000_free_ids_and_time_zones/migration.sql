-- Whose numbers are taken because they acted on a token. Asked for every person who is added without an id, and by every
-- export and erasure: without these it read the two largest tables.
create index attendance_marks_actor_id_idx on attendance_marks (actor_id);
create index sessions_scheduled_by_idx on sessions (scheduled_by);
create index sessions_ended_by_idx on sessions (ended_by);

-- Any spelling was stored as it came («eUrOpE/bErLiN»). One name for one zone from now on, as the IANA database writes it.
-- A session that breaks sessions_window_check cannot be updated: it keeps its spelling, and readers find the zone by it.
update sessions s
set time_zone = z.name
from pg_timezone_names z
where lower(z.name) = lower(s.time_zone) and z.name <> s.time_zone and s.scheduled_end > s.scheduled_start;
