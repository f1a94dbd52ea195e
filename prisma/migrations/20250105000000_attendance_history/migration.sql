-- Authority is kept for each participant's status: who decided it last (M3); null is undecided.
alter table sessions
  add column tutor_authority varchar(10),
  add column student_authority varchar(10),
  add column attendance_version integer not null default 0,
  add constraint sessions_authority_check check (
    (tutor_authority is null or tutor_authority in ('tutor', 'admin'))
    and (student_authority is null or student_authority in ('parent', 'tutor', 'admin'))
  );

-- A status that is none of ours cannot be shown. It becomes the default, and the notes keep what was there.
update sessions s
set
  attendance_notes = concat_ws(
    E'\n', s.attendance_notes,
    'Before migration: tutor «' || coalesce(old.tutor, '') || '», student «' || coalesce(old.student, '') || '»'
    || coalesce(', whiteboard «' || old.whiteboard || '»', '') || '.'
  )
from (
  select
    every.id, every.tutor_attendance_status as tutor, m.whiteboard_status as whiteboard,
    case when m.student_status is null then every.student_attendance_status else m.status_before end as student,
    m.session_id is not null and m.student_status is null as undecided
  from sessions every
  left join migrated_attendance m on m.session_id = every.id
) old
where old.id = s.id
  and (
    old.undecided
    or lower(btrim(coalesce(old.tutor, 'present'))) not in ('present', 'late', 'absent', 'excused', 'attended')
    or lower(btrim(coalesce(old.student, 'present'))) not in ('present', 'late', 'absent', 'excused', 'attended')
  );

update sessions
set
  tutor_attendance_status = case lower(btrim(tutor_attendance_status))
    when 'late' then 'late' when 'absent' then 'absent' when 'excused' then 'excused' else 'present' end,
  student_attendance_status = case lower(btrim(student_attendance_status))
    when 'late' then 'late' when 'absent' then 'absent' when 'excused' then 'excused' else 'present' end
where tutor_attendance_status is null or tutor_attendance_status not in ('present', 'late', 'absent', 'excused')
  or student_attendance_status is null or student_attendance_status not in ('present', 'late', 'absent', 'excused');

alter table sessions
  alter column tutor_attendance_status set not null,
  alter column student_attendance_status set not null,
  add constraint sessions_attendance_status_check check (
    tutor_attendance_status in ('present', 'late', 'absent', 'excused')
    and student_attendance_status in ('present', 'late', 'absent', 'excused')
  );

create table attendance_marks (
  id serial primary key,
  session_id integer not null references sessions (id),
  at timestamptz(3) not null,
  actor_id integer,
  actor_role varchar(10),
  source varchar(30) not null,
  tutor_status_before varchar(20) not null,
  tutor_status_after varchar(20) not null,
  student_status_before varchar(20) not null,
  student_status_after varchar(20) not null,
  suggestion jsonb,
  overrode_own_suggestion boolean not null default false,
  constraint attendance_marks_source_check check (source in ('whiteboard_auto', 'manual', 'parent_reported', 'admin_override'))
);

create index attendance_marks_session_id_id_idx on attendance_marks (session_id, id);

-- Beside the chain, so that a person's words can be erased without touching it (D5).
create table attendance_mark_notes (
  mark_id integer primary key references attendance_marks (id),
  notes text not null
);

insert into attendance_marks (session_id, at, source, tutor_status_before, tutor_status_after, student_status_before, student_status_after)
select
  s.id, current_timestamp, 'manual', s.tutor_attendance_status, s.tutor_attendance_status,
  case lower(btrim(m.status_before)) when 'late' then 'late' when 'absent' then 'absent' when 'excused' then 'excused' else 'present' end,
  m.student_status
from migrated_attendance m
join sessions s on s.id = m.session_id
where m.student_status is not null
order by s.id;

update sessions s
set student_authority = 'tutor', attendance_version = 1
from migrated_attendance m
where m.session_id = s.id and m.student_status is not null;

drop table migrated_attendance;

create function refuse_change_of_history() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % refused', tg_table_name, tg_op using errcode = 'restrict_violation';
end $$;

create trigger attendance_marks_append_only
before update or delete on attendance_marks
for each row execute function refuse_change_of_history();

create trigger attendance_marks_no_truncate
before truncate on attendance_marks
for each statement execute function refuse_change_of_history();

-- Also under session_replication_role = replica, which switches ordinary triggers off.
alter table attendance_marks enable always trigger attendance_marks_append_only;
alter table attendance_marks enable always trigger attendance_marks_no_truncate;
