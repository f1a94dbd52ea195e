-- Old lessons whose times no lesson can have: they end before or as they start, last longer than 24 hours, or have no
-- finite time. Every later change of such a row fails, the next migration's too, so this one comes before it. A database
-- that is past the next one already applies it all the same: it needs nothing that comes later.
--
-- The lesson gets times that are possible, its old ones are kept here, and its evidence is not measured against the
-- new ones (docs/migrating.md).
create table repaired_times (
  session_id integer primary key references sessions (id) on delete cascade,
  scheduled_start timestamptz(3) not null,
  scheduled_end timestamptz(3) not null
);

insert into repaired_times (session_id, scheduled_start, scheduled_end)
select id, scheduled_start, scheduled_end
from sessions
where not (scheduled_end > scheduled_start and scheduled_end <= scheduled_start + interval '24 hours');

-- The start stays where there is one; a length that nobody knows is one minute, since it may be billed.
with starts as (
  select
    r.session_id,
    case
      when isfinite(r.scheduled_start) then r.scheduled_start
      when isfinite(r.scheduled_end) then r.scheduled_end - interval '1 minute'
      when isfinite(s.created_at) then s.created_at
      else current_timestamp
    end as scheduled_start
  from repaired_times r
  join sessions s on s.id = r.session_id
)
update sessions s
set
  scheduled_start = n.scheduled_start,
  scheduled_end = case
    when s.scheduled_end > n.scheduled_start and isfinite(s.scheduled_end)
      then least(s.scheduled_end, n.scheduled_start + interval '24 hours')
    else n.scheduled_start + interval '1 minute'
  end
from starts n
where n.session_id = s.id;

alter table sessions validate constraint sessions_window_check;
alter table sessions add constraint sessions_length_check check (scheduled_end <= scheduled_start + interval '24 hours');
