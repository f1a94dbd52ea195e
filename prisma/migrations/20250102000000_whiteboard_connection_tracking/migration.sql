-- A whiteboard session holds evidence, never a decision. The decisions it held move to the session they were about;
-- the holding table remembers them, and what both said, until the audit columns and the history of marks exist (D2).
create table migrated_attendance (
  session_id integer primary key references sessions (id),
  whiteboard_status varchar(50) not null,
  status_before varchar(20),
  -- Null: the whiteboard's word was none of the three, and decides nothing.
  student_status varchar(20)
);

insert into migrated_attendance (session_id, whiteboard_status, status_before, student_status)
select
  w.session_id,
  w.attendance_status,
  s.student_attendance_status,
  case lower(btrim(w.attendance_status)) when 'attended' then 'present' when 'absent' then 'absent' when 'late' then 'late' end
from whiteboard_sessions w
join sessions s on s.id = w.session_id
where btrim(w.attendance_status) <> '';

update sessions s
set student_attendance_status = m.student_status
from migrated_attendance m
where m.session_id = s.id and m.student_status is not null;

alter table whiteboard_sessions
  drop column attendance_status,
  add column tutor_connected_at timestamptz(3),
  add column tutor_disconnected_at timestamptz(3),
  add column tutor_last_activity_at timestamptz(3),
  add column tutor_total_active_seconds integer not null default 0,
  add column student_connected_at timestamptz(3),
  add column student_disconnected_at timestamptz(3),
  add column student_last_activity_at timestamptz(3),
  add column student_total_active_seconds integer not null default 0,
  add column connection_logs jsonb not null default '[]';
